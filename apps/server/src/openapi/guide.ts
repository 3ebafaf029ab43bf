import type { Endpoint, Right, StepUp } from '@latchkey/contract/endpoint'
import type * as z from 'zod/mini'
import { curl } from './curl.ts'

/** What the document says of an operation already, as far as this reads it. */
type Described = {
  security?: Record<string, unknown>[] | undefined
  requestBody?: { content: Record<string, { example?: unknown } | undefined> } | undefined
}

/** What a person wants to know of an operation beyond its shape: with what, who, asked again or not, and a call to copy. */
export function guideTo(endpoint: Endpoint, { security = [], requestBody }: Described, origin: string) {
  const credentials = security.flatMap(Object.keys)
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? []
  const query = requiredOf(endpoint.query as z.ZodMiniObject | undefined)
  const body = type && media ? { type, example: media.example } : undefined
  return {
    description: inWords(endpoint, credentials),
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source: curl({ endpoint, origin, query, credentials, body }) }],
  }
}

const requiredOf = (query: z.ZodMiniObject | undefined) =>
  Object.entries(query?.def.shape ?? {})
    .filter(([, schema]) => !(schema as z.ZodMiniType).safeParse(undefined).success)
    .map(([name]) => name)

const credentialNames: Record<string, string> = {
  session: 'a browser session',
  'half-signed-in': 'the cookie that a step of signing in left behind',
  'api-key': 'an API key',
  'api-password': 'user name and API password',
}

const forWhom: Partial<Record<Right, string>> = {
  'users:read': 'For administrators.',
  'users:write': 'For administrators.',
  'policy:read': 'For administrators.',
  'policy:write': 'For administrators.',
  introspect: 'For services and administrators.',
}

const stepUps: Record<StepUp, string> = {
  recent:
    'A browser session must have proved who the person is in the last five minutes; otherwise the answer is ' +
    '`step-up-required`: call `POST /step-up`, then repeat the request.',
  always:
    'The person is asked every time to prove who they are: call `POST /step-up` with the purpose of this action first. ' +
    'That proof serves once.',
}

const inWords = ({ right, stepUp }: Endpoint, credentials: string[]) =>
  [
    right && forWhom[right],
    credentials.length === 0
      ? 'No credential is looked at.'
      : `Takes ${inALine(credentials.map((name) => credentialNames[name] ?? name))}.`,
    stepUp && stepUps[stepUp],
  ]
    .filter(Boolean)
    .join(' ')

const inALine = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
