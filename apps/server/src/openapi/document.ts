import { endpoints } from '@latchkey/contract/all'
import { apiBase, type Credential, type Endpoint, hasCaller } from '@latchkey/contract/endpoint'
import { type ProblemCode, problems } from '@latchkey/contract/problem'
import * as z from 'zod/mini'
import {
  createDocument,
  type ZodOpenApiMediaTypeObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { inReadingOrder, introduction, tagsOf } from './chapters.ts'
import { exampleOf, exampleOfBody } from './examples.ts'
import { guideTo } from './guide.ts'
import { examplesOf, problemExamples } from './problem-examples.ts'

type Schema = NonNullable<ZodOpenApiMediaTypeObject['schema']>

const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  pointer: z.optional(z.string()),
  detail: z.optional(z.string()),
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
      description: introduction,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl + apiBase }],
    tags: tagsOf(endpoints.map(({ feature }) => feature)),
    paths: inReadingOrder(endpoints).reduce<ZodOpenApiPathsObject>((paths, { feature, name, endpoint }) => {
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
      const servers = endpoint.atRoot && { servers: [{ url: serverUrl }] }
      const described = describe(endpoint)
      const guide = guideTo(endpoint, described, serverUrl)
      const operation = { operationId: name, tags: [feature], ...servers, ...described, ...guide }
      paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation }
      return paths
    }, {}),
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'latchkey-session', description: '`__Host-` in front on https' },
        'half-signed-in': { type: 'apiKey', in: 'cookie', name: 'latchkey-sign-in', description: 'between two steps' },
        'api-key': { type: 'http', scheme: 'bearer', description: 'begins with `lk_`' },
        'api-password': { type: 'http', scheme: 'basic', description: 'user name and API password' },
      },
      schemas: { Problem: problemBody },
      examples: problemExamples(endpoints.flatMap(({ endpoint }) => problemsOf(endpoint))),
    },
  })

/** What each credential is called among the security schemes. */
const schemes = { half: 'half-signed-in', cookie: 'session', key: 'api-key', basic: 'api-password' } as const

const ifMatch = z.object({ 'If-Match': z.optional(z.string()) })
const etag = z.object({ ETag: z.string() })
const location = z.object({ Location: z.string() })

function describe(endpoint: Endpoint): ZodOpenApiOperationObject {
  const good = endpoint.status ?? (endpoint.reply || endpoint.file ? 200 : 204)
  const description = endpoint.status === 201 ? 'Made' : good === 200 ? 'Good' : 'Done'
  const headers = endpoint.versioned ? etag : endpoint.headers
  return {
    summary: endpoint.summary,
    security:
      endpoint.callers === 'anybody' ? [] : endpoint.callers.map((credential) => ({ [schemes[credential]]: [] })),
    requestParams: {
      ...(endpoint.params && { path: endpoint.params as never }),
      ...(endpoint.query && { query: endpoint.query as never }),
      ...(endpoint.versioned && endpoint.method !== 'GET' && { header: ifMatch }),
    },
    ...(endpoint.body && {
      requestBody: {
        required: !endpoint.body.safeParse(undefined).success,
        content: sent(endpoint, endpoint.body),
      },
    }),
    responses: {
      [good]: {
        description,
        ...(headers && { headers: headers as never }),
        ...(endpoint.reply && { content: answered(endpoint.reply) }),
        ...(endpoint.file && { content: files(endpoint.file) }),
      },
      ...(endpoint.redirects && { 302: { description: endpoint.redirects, headers: location as never } }),
      ...failures(endpoint),
    },
  }
}

function sent(endpoint: Endpoint, body: z.ZodMiniType) {
  const schema = wire(body)
  const type = endpoint.encoding === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
  return { [type]: { schema, example: exampleOfBody(endpoint, schema as never) } }
}

function answered(reply: z.ZodMiniType) {
  const schema = wire(reply)
  return { 'application/json': { schema, example: exampleOf(schema as never) } }
}

/** As it travels: a moment is a string out there, whichever way it goes. */
function wire(type: z.ZodMiniType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input' })
  return schema as Schema
}

const files = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, {}]))

/** Every status that can come back, each with the codes it can carry. */
function failures(endpoint: Endpoint) {
  const byStatus = Map.groupBy(problemsOf(endpoint), (code) => problems[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `${problems[code].title} (\`${code}\`)`).join(' · '),
        content: {
          'application/problem+json': { schema: problemBody, examples: examplesOf(codes) },
          ...(endpoint.atRoot && { 'text/html': {} }),
        },
      },
    ]),
  )
}

/** What can go wrong with an endpoint: what it declares, and what follows from what it takes. */
export function problemsOf(endpoint: Endpoint): ProblemCode[] {
  const { method, callers, stepUp, params, problems: own = [] } = endpoint
  const takes = (credential: Credential) => callers !== 'anybody' && callers.includes(credential as never)
  const changes = method !== 'GET'
  const forCaller = hasCaller(endpoint)
  return [
    ...new Set<ProblemCode>([
      'malformed-request',
      ...(forCaller
        ? (['not-signed-in', 'invalid-api-key', 'wrong-api-password', 'forbidden', 'too-many-attempts'] as const)
        : []),
      ...(forCaller && !(takes('key') && takes('basic')) ? (['interactive-session-required'] as const) : []),
      ...(changes || forCaller ? (['cross-site-request'] as const) : []),
      ...(changes ? (['request-timeout', 'too-large', 'unsupported-media-type'] as const) : []),
      ...(stepUp ? (['step-up-required'] as const) : []),
      ...(params ? (['not-found'] as const) : []),
      'method-not-allowed',
      'misdirected-request',
      'https-required',
      'invalid-input',
      ...own,
      'unexpected',
      'busy',
    ]),
  ]
}
