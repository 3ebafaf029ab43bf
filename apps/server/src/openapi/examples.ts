import type { Endpoint } from '@latchkey/contract/endpoint'

/** JSON Schema as the contract gives it: nothing in it refers to anything else. */
type Schema = {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  format?: string
  minimum?: number
}

/** What a member of that name looks like, in the same small story everywhere: Robin Vale looks after an account. */
const byName: Record<string, unknown> = {
  id: 'k3v8Zq0nYtWb2r7u',
  username: 'robin.vale',
  displayName: 'Robin Vale',
  email: 'robin@example.org',
  pendingEmail: 'robin.vale@example.org',
  password: 'seven grey herons wait',
  currentPassword: 'seven grey herons wait',
  newPassword: 'eleven slow lanterns drift',
  token: 'f4Jm1xQ9tB7vLr2c',
  code: '492816',
  recoveryCode: 'GAY54E-VRPN6W-HLYRQ5-QPRYR3',
  recoveryCodes: 'GAY54E-VRPN6W-HLYRQ5-QPRYR3',
  recoverySetId: 'c2Hn5Ls8',
  setId: 'c2Hn5Ls8',
  total: 10,
  left: 9,
  recoveryCodesLeft: 9,
  secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  otpauthUri:
    'otpauth://totp/Latchkey:robin.vale?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Latchkey&digits=6&period=30',
  role: 'member',
  permissions: 'account:read',
  // in the form of real ones, with a checksum that is wrong: no scanner of leaked code takes fright
  apiKey: 'lk_5Qm2Vx8sT1nB7rKd4Wz0Yc9Hf3Lg6Psample',
  apiPassword: 'lkp_8fRw1Zt6Hq3Xk0Ns9Jd5Vb2Gm7Yc4Lsample',
  hint: 'lk_5Qm2…mple',
  lastUsedAddress: '203.0.113.7',
  lastUsedClient: 'curl 8.16',
  resource: 'account-export',
  expiresInHours: 24,
  url: 'https://account.example.org/downloads/account-export?token=lkd_3Tq9Bv5Xn1Gk7Hs2Zd8Wm4Rc6Jf0Ypsample',
  sub: 'k3v8Zq0nYtWb2r7u',
  scope: 'account:read account:write',
  iss: 'https://account.example.org',
  iat: 1795253400,
  exp: 1803029400,
  twoFactor: 'active',
  browser: 'Firefox 145',
  operatingSystem: 'Ubuntu 26.04',
  model: null,
  engine: 'Gecko 145',
  cpuArchitecture: 'x86-64',
  ipAddress: '203.0.113.7',
  minimumLength: 12,
  maximumLength: 256,
  minimumPasswordLength: 12,
  sessionIdleMinutes: 30,
  sessionLifetimeHours: 12,
  nextCursor: null,
}

/** Where the shortest body would be refused, or would change too much for somebody who only tries. */
const bodies: Record<string, Record<string, unknown>> = {
  'POST /users': { username: 'robin.vale', displayName: 'Robin Vale', role: 'member', password: byName['password'] },
  'PATCH /policy': { sessionIdleMinutes: byName['sessionIdleMinutes'] },
  'POST /introspect': { token: byName['apiKey'] },
}

export const exampleOfBody = ({ method, path }: Pick<Endpoint, 'method' | 'path'>, schema: Schema): unknown =>
  bodies[`${method} ${path}`] ?? exampleOf(schema, '', true)

/** Something that fits the schema. Of a body with nothing but options, the first one: everything at once is seldom meant. */
export function exampleOf(schema: Schema, name = '', inBody = false): unknown {
  if ('const' in schema) return schema.const
  if (schema.enum) return schema.enum.includes(byName[name]) ? byName[name] : schema.enum[0]
  const choice = (schema.anyOf ?? schema.oneOf)?.[0]
  if (choice) return exampleOf(choice, name, inBody)
  const type = [schema.type].flat()[0]
  if (type === 'object') return membersOf(schema, inBody)
  if (type === 'array') return schema.items ? [exampleOf(schema.items, name)] : []
  if (schema.format === 'date-time') return '2026-11-21T09:30:00Z'
  if (name in byName) return byName[name]
  if (type === 'boolean') return true
  if (type === 'number' || type === 'integer') return schema.minimum ?? 1
  return name || 'text'
}

function membersOf({ properties = {}, required = [] }: Schema, inBody: boolean) {
  const names = Object.keys(properties)
  const shown = inBody ? (required.length ? required : names.slice(0, 1)) : names
  return Object.fromEntries(shown.map((name) => [name, exampleOf(properties[name] ?? {}, name)]))
}

/** What stands in an address for `:name`. */
export const exampleOfParameter = (name: string) => String(parameters[name] ?? byName[name] ?? name)

/** In an answer `url` is that of a download; who asks with one asks for a service. */
const parameters: Record<string, string> = { url: 'https://account.example.org:8443/' }
