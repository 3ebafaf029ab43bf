import { type Endpoint, fullPath } from '@latchkey/contract/endpoint'
import { exampleOfParameter } from './examples.ts'

type Call = {
  endpoint: Pick<Endpoint, 'method' | 'path' | 'atRoot'>
  /** of this server, as people reach it */
  origin: string
  /** names of the parameters that must stand after the question mark */
  query: string[]
  /** names of the security schemes of the document */
  credentials: string[]
  body?: { type: string; example: unknown } | undefined
}

/**
 * The call as a command to copy: with the credential a program would rather have, a key before a password before the
 * cookies of a browser. Secrets come from the environment, so that none ends up in a shell's history.
 */
export function curl({ endpoint, origin, query, credentials, body }: Call): string {
  const { method } = endpoint
  const path = fullPath(endpoint).replace(/:(\w+)/g, (_, name) => encodeURIComponent(exampleOfParameter(name)))
  const search = new URLSearchParams(query.map((name) => [name, exampleOfParameter(name)]))
  const address = `${origin}${path}${query.length ? `?${search}` : ''}`
  return [
    `curl ${quote(address)}`,
    ...(method === (body ? 'POST' : 'GET') ? [] : [`--request ${method}`]),
    ...credential(credentials, method, origin),
    ...(body ? data(body) : []),
  ].join(' \\\n  ')
}

function credential(kinds: string[], method: string, origin: string): string[] {
  if (kinds.includes('api-key')) return ['--header "Authorization: Bearer $LATCHKEY_API_KEY"']
  if (kinds.includes('api-password')) return ['--user "$LATCHKEY_USER:$LATCHKEY_API_PASSWORD"']
  // What changes something must come from our own pages, which a browser says by itself
  const ours = method === 'GET' ? [] : [`--header ${quote(`Origin: ${origin}`)}`]
  const cookies = kinds.length > 0 || method !== 'GET' ? ['--cookie cookies.txt --cookie-jar cookies.txt'] : []
  return [...cookies, ...ours]
}

function data({ type, example }: NonNullable<Call['body']>): string[] {
  if (type === 'application/json') return [`--json ${quote(JSON.stringify(example, null, 2).replaceAll('\n', '\n  '))}`]
  return Object.entries(example as object).map(([name, value]) => `--data-urlencode ${quote(`${name}=${value}`)}`)
}

/** Between single quotes a shell reads everything as it stands but the single quote. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
