import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Everything that can be set from outside. Read once, at start; nobody else reads the environment. */
export type Config = {
  /** where to listen */
  port: number
  host: string
  /** the address people use: origin checks, cookies, links */
  publicUrl: URL
  /** database file and master secret file live here */
  dataDir: string
  databaseUrl?: string | undefined
  /** master secret, at least 32 bytes; without it, the file in the data folder */
  secret?: Buffer | undefined
  previousSecret?: Buffer | undefined
  smtpUrl?: URL | undefined
  mailFrom?: string | undefined
  /** addresses whose X-Forwarded-For and X-Forwarded-Proto are believed */
  trustedProxies: BlockList
  /** origins to which a browser may be sent back after signing in */
  forwardAuthOrigins: string[]
  metricsToken?: string | undefined
  logLevel: LogLevel
}

/** A mistake in the configuration: one plain sentence that never repeats the value. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>

/** Variables beginning with LATCHKEY_ that exist. Any other is a typing mistake and is refused. */
const OWN = new Set(['LATCHKEY_DATA_DIR', 'LATCHKEY_SECRET', 'LATCHKEY_SECRET_PREVIOUS'])

/**
 * Reads the configuration (spec section 14). An empty variable counts as unset.
 * @throws ConfigError with a sentence for the first mistake found
 */
export function readConfig(environment: Environment): Config {
  const get = (name: string) => environment[name]?.trim() || undefined
  const unknown = Object.keys(environment).find((name) => name.startsWith('LATCHKEY_') && !OWN.has(name))
  if (unknown) throw new ConfigError(`${unknown} is not a setting of Latchkey. Known are ${[...OWN].join(', ')}.`)

  const port = readPort(get('PORT') ?? '3000')
  return {
    port,
    host: get('HOST') ?? '127.0.0.1',
    publicUrl: readPublicUrl(get('PUBLIC_URL') ?? `http://localhost:${port}`),
    dataDir: resolve(get('LATCHKEY_DATA_DIR') ?? './data'),
    databaseUrl: readUrl('DATABASE_URL', get('DATABASE_URL'), ['postgres:', 'postgresql:'])?.href,
    secret: optional('LATCHKEY_SECRET', get('LATCHKEY_SECRET')),
    previousSecret: optional('LATCHKEY_SECRET_PREVIOUS', get('LATCHKEY_SECRET_PREVIOUS')),
    smtpUrl: readUrl('SMTP_URL', get('SMTP_URL'), ['smtp:', 'smtps:']),
    mailFrom: get('MAIL_FROM'),
    trustedProxies: readProxies(list(get('TRUSTED_PROXIES'))),
    forwardAuthOrigins: list(get('FORWARD_AUTH_ORIGINS')).map(readOrigin),
    metricsToken: get('METRICS_TOKEN'),
    logLevel: readLogLevel(get('LOG_LEVEL') ?? 'info'),
  }
}

const optional = (name: string, text: string | undefined) => (text ? readSecret(name, text) : undefined)

const list = (text = '') => text.split(/[\s,]+/).filter(Boolean)

/** Whether a host name means this machine, where plain http is safe. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new ConfigError('PORT must be a number from 0 to 65535.')
}

function readPublicUrl(text: string): URL {
  const url = readUrl('PUBLIC_URL', text, ['http:', 'https:']) as URL
  if (url.pathname !== '/' || url.search || url.hash || url.username || url.password)
    throw new ConfigError('PUBLIC_URL must be an origin only, such as https://account.example.org.')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new ConfigError('PUBLIC_URL must begin with https:// unless it names this machine: passwords travel over it.')
  return url
}

function readUrl(name: string, text: string | undefined, protocols: string[]): URL | undefined {
  if (!text) return undefined
  const url = URL.parse(text)
  if (url && protocols.includes(url.protocol)) return url
  throw new ConfigError(`${name} must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`)
}

function readOrigin(text: string): string {
  const url = URL.parse(text)
  if (url && url.origin === text && text !== 'null' && !text.includes('*')) return text
  throw new ConfigError('FORWARD_AUTH_ORIGINS must list origins such as https://wiki.example.org, separated by commas.')
}

/** Fewer different bytes than chance gives once in more than 10^20 random secrets of 32 bytes. */
const FEWEST_DIFFERENT_BYTES = 16

/** A master secret from its base64. @throws ConfigError when it is too short or looks made up; `name` says where it came from */
export function readSecret(name: string, text: string): Buffer {
  const secret = Buffer.from(text, 'base64')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text) || secret.length < 32)
    throw new ConfigError(`${name} must be at least 32 random bytes in base64, such as openssl rand -base64 32 prints.`)
  const steps = secret.map((byte, i) => byte - (secret[i - 1] ?? 0)) // 00 01 02 … has different bytes, but no different steps
  if (
    new Set(secret).size < FEWEST_DIFFERENT_BYTES ||
    new Set(steps).size < FEWEST_DIFFERENT_BYTES ||
    /^[\x20-\x7e]+$/.test(secret.toString('latin1'))
  )
    throw new ConfigError(`${name} does not look random. Make one with: openssl rand -base64 32`)
  return secret
}

function readProxies(entries: string[]): BlockList {
  const proxies = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const bits = Number(prefix ?? (family === 'ipv6' ? 128 : 32))
    if (
      !isIP(address) ||
      rest.length > 0 ||
      !Number.isInteger(bits) ||
      bits < 0 ||
      bits > (family === 'ipv6' ? 128 : 32)
    )
      throw new ConfigError('TRUSTED_PROXIES must list addresses or networks such as 10.0.0.7 or 10.0.0.0/24.')
    if (bits < 8 || covers(address, bits, family) > 1)
      throw new ConfigError('TRUSTED_PROXIES must not trust everybody: name the proxies themselves.')
    proxies.addSubnet(address, bits, family)
  }
  return proxies
}

/** How many of the 256 largest networks of IPv4 begin inside a network, however it is written: `::ffff:0:0/96` is all. */
function covers(address: string, bits: number, family: 'ipv4' | 'ipv6'): number {
  const network = new BlockList()
  network.addSubnet(address, bits, family)
  return Array.from({ length: 256 }, (_, first) => network.check(`${first}.0.0.0`)).filter(Boolean).length
}

function readLogLevel(text: string): LogLevel {
  if (text === 'debug' || text === 'info' || text === 'warn' || text === 'error') return text
  throw new ConfigError('LOG_LEVEL must be debug, info, warn or error.')
}
