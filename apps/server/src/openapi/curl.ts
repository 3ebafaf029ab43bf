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
 * Members of bodies and queries that are secrets, and what a command takes each from. A new code of an authenticator is
 * none: it is spent by being shown.
 */
const variables: Record<string, string> = {
  password: 'LATCHKEY_PASSWORD',
  currentPassword: 'LATCHKEY_PASSWORD',
  newPassword: 'LATCHKEY_NEW_PASSWORD',
  recoveryCode: 'LATCHKEY_RECOVERY_CODE',
  token: 'LATCHKEY_TOKEN',
}
/** One that is given to somebody else is not the caller's own. */
const forSomebodyElse = { ...variables, password: 'LATCHKEY_NEW_PASSWORD' }

/**
 * The call as a command to copy: with the credential a program would rather have, a key before a password before the
 * cookies of a browser. Secrets come from the environment, so that none ends up in a shell's history.
 */
export function curl({ endpoint, origin, query, credentials, body }: Call): string {
  const { method } = endpoint
  const path = fullPath(endpoint).replace(/:(\w+)/g, (_, name) => encodeURIComponent(exampleOfParameter(name)))
  const secrets = endpoint.path.startsWith('/users') ? forSomebodyElse : variables
  const search = query.map((name) =>
    secrets[name] ? `${name}=$${secrets[name]}` : `${name}=${encodeURIComponent(exampleOfParameter(name))}`,
  )
  const address = `${origin}${path}${query.length ? `?${search.join('&')}` : ''}`
  return [
    `curl ${quote(address)}`,
    ...(method === (body ? 'POST' : 'GET') ? [] : [`--request ${method}`]),
    ...credential(credentials, method, origin),
    ...(body ? data(body, secrets) : []),
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

/** Not `--json`, which curl has since 7.82 alone. */
function data({ type, example }: NonNullable<Call['body']>, secrets: Record<string, string>): string[] {
  const shown = Object.entries(example as object).map(([name, value]) => [
    name,
    secrets[name] ? `$${secrets[name]}` : value,
  ])
  if (type !== 'application/json') return shown.map(([name, value]) => `--data-urlencode ${quote(`${name}=${value}`)}`)
  const json = JSON.stringify(Object.fromEntries(shown), null, 2)
  // A shell puts the values in between the two END; on the line of the command other users of the machine could read them
  const text = json.includes('$') ? `@- <<END\n${json}\nEND` : quote(json.replaceAll('\n', '\n  '))
  return ["--header 'Content-Type: application/json'", `--data ${text}`]
}

/** Between single quotes a shell reads everything as it stands but the single quote; between double ones it puts values in. */
const quote = (text: string) => (text.includes('$') ? `"${text}"` : `'${text.replaceAll("'", "'\\''")}'`)
