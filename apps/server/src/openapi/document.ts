import { endpoints } from '@latchkey/contract/all'
import { apiBase, type Endpoint } from '@latchkey/contract/endpoint'
import { type ProblemCode, problems } from '@latchkey/contract/problem'
import * as z from 'zod/mini'
import {
  createDocument,
  type ZodOpenApiMediaTypeObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'

type Schema = NonNullable<ZodOpenApiMediaTypeObject['schema']>

const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  pointer: z.optional(z.string()),
  errors: z.optional(z.array(z.object({ pointer: z.string(), code: z.string(), limit: z.optional(z.number()) }))),
  retryAfter: z.optional(z.number()),
  clockOffset: z.optional(z.number()),
  serverTime: z.optional(z.string()),
  requestId: z.string(),
})

/** The API as OpenAPI 3.1, made from the contract alone: what is not declared is not served. */
export const makeDocument = (serverUrl: string) =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '1',
      description: 'Account settings and security: everything the browser app does, and nothing else.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl + apiBase }],
    tags: [...new Set(endpoints.map(({ feature }) => feature))].map((name) => ({ name })),
    paths: endpoints.reduce<ZodOpenApiPathsObject>((paths, { feature, name, endpoint }) => {
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
      const operation = { operationId: name, tags: [feature], ...describe(endpoint) }
      paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation }
      return paths
    }, {}),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'latchkey-session', description: '`__Host-` in front on https' },
        'half-signed-in': { type: 'apiKey', in: 'cookie', name: 'latchkey-sign-in', description: 'between two steps' },
      },
      schemas: { Problem: problemBody },
    },
  })

const ifMatch = z.object({ 'If-Match': z.optional(z.string()) })
const etag = z.object({ ETag: z.string() })

function describe(endpoint: Endpoint): ZodOpenApiOperationObject {
  const good = endpoint.status ?? (endpoint.reply ? 200 : 204)
  const description = endpoint.status === 201 ? 'Made' : endpoint.reply ? 'Good' : 'Done'
  return {
    summary: endpoint.summary,
    security: { nobody: [], half: [{ 'half-signed-in': [] }], cookie: [{ session: [] }] }[endpoint.caller],
    requestParams: {
      ...(endpoint.params && { path: endpoint.params as never }),
      ...(endpoint.query && { query: endpoint.query as never }),
      ...(endpoint.versioned && endpoint.method !== 'GET' && { header: ifMatch }),
    },
    ...(endpoint.body && {
      requestBody: { required: !endpoint.body.safeParse(undefined).success, content: json(endpoint.body) },
    }),
    responses: {
      [good]: {
        description,
        ...(endpoint.versioned && { headers: etag }),
        ...(endpoint.reply && { content: json(endpoint.reply) }),
      },
      ...failures(endpoint),
    },
  }
}

/** As it travels: a moment is a string out there, whichever way it goes. */
function json(schema: z.ZodMiniType) {
  const { $schema: _, ...wire } = z.toJSONSchema(schema, { io: 'input' })
  return { 'application/json': { schema: wire as Schema } }
}

/** Every status that can come back, each with the codes it can carry. */
function failures(endpoint: Endpoint) {
  const byStatus = Map.groupBy(problemsOf(endpoint), (code) => problems[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: { 'application/problem+json': { schema: problemBody } } },
    ]),
  )
}

/** What can go wrong with an endpoint: what it declares, and what follows from what it takes. */
export function problemsOf({ method, caller, stepUp, right, params, problems: own = [] }: Endpoint): ProblemCode[] {
  const changes = method !== 'GET'
  return [
    ...new Set<ProblemCode>([
      'malformed-request',
      ...(caller === 'cookie' ? (['not-signed-in'] as const) : []),
      ...(changes ? (['cross-site-request', 'request-timeout', 'too-large', 'unsupported-media-type'] as const) : []),
      ...(right ? (['forbidden'] as const) : []),
      ...(stepUp ? (['step-up-required'] as const) : []),
      ...(params ? (['not-found'] as const) : []),
      'method-not-allowed',
      'misdirected-request',
      'invalid-input',
      ...own,
      'unexpected',
      'busy',
    ]),
  ]
}
