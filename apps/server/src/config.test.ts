import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, isLoopback, readConfig } from './config.ts'

const random = () => randomBytes(32).toString('base64')
const sentenceFor = (environment: Record<string, string>) => {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return null
}

test('nothing set is a complete configuration for this machine', () => {
  const { port, host, publicUrl, dataDir, databaseUrl, secret, trustedProxies, logLevel } = readConfig({})
  expect({ port, host, publicUrl: publicUrl.href, dataDir, databaseUrl, secret, logLevel }).toEqual({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000/',
    dataDir: resolve('data'),
    databaseUrl: undefined,
    secret: undefined,
    logLevel: 'info',
  })
  expect(trustedProxies.rules).toEqual([])
})

test('an empty variable counts as unset, and blanks around a value do not count', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', LATCHKEY_SECRET: '' }).port).toBe(3000)
  expect(readConfig({ PORT: ' 8080\n' }).publicUrl.origin).toBe('http://localhost:8080')
})

/** A value nobody may see again, in every form it could be repeated in. */
const CANARY = 'c4nary'

describe('CF-01 a mistake is refused in one sentence that names the variable and not the value', () => {
  test.each<[string, string]>([
    ['PORT', CANARY],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PUBLIC_URL', CANARY],
    ['PUBLIC_URL', `http://${CANARY}.example`],
    ['PUBLIC_URL', `ftp://${CANARY}.example`],
    ['PUBLIC_URL', `https://${CANARY}.example/path`],
    ['PUBLIC_URL', `https://${CANARY}.example/?a=b`],
    ['PUBLIC_URL', `https://${CANARY}.example/#a`],
    ['PUBLIC_URL', `https://${CANARY}@a.example`],
    ['PUBLIC_URL', `https://:${CANARY}@a.example`],
    ['PUBLIC_URL', `http://127.0.0.1.${CANARY}.example`],
    ['PUBLIC_URL', `http://localhost.${CANARY}.example`],
    ['DATABASE_URL', CANARY],
    ['DATABASE_URL', `mysql://root:${CANARY}@db/x`],
    ['SMTP_URL', `http://${CANARY}`],
    ['LATCHKEY_SECRET', CANARY],
    ['LATCHKEY_SECRET', randomBytes(31).toString('base64')],
    ['LATCHKEY_SECRET', `${random()}!`],
    ['LATCHKEY_SECRET', Buffer.alloc(32).toString('base64')],
    ['LATCHKEY_SECRET', Buffer.alloc(32, 'ab').toString('base64')],
    ['LATCHKEY_SECRET', Buffer.from('change me, change me, change me!').toString('base64')],
    ['LATCHKEY_SECRET', Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')],
    ['LATCHKEY_SECRET', Buffer.from(Array.from({ length: 32 }, (_, i) => 255 - i)).toString('base64')],
    ['LATCHKEY_SECRET_PREVIOUS', CANARY],
    ['LATCHKEY_SECRET_PREVIOUS', Buffer.alloc(32, 7).toString('base64')],
    ['TRUSTED_PROXIES', '*'],
    ['TRUSTED_PROXIES', CANARY],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '10.0.0.1, 0.0.0.0/1'],
    ['TRUSTED_PROXIES', '::ffff:0.0.0.0/96'],
    ['TRUSTED_PROXIES', '::ffff:0:0/97'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/24'],
    ['TRUSTED_PROXIES', '10.0.0.0/'],
    ['TRUSTED_PROXIES', 'loopback'],
    ['FORWARD_AUTH_ORIGINS', CANARY],
    ['FORWARD_AUTH_ORIGINS', `https://${CANARY}.example/`],
    ['FORWARD_AUTH_ORIGINS', 'null'],
    ['FORWARD_AUTH_ORIGINS', 'https://*.example'],
    ['LOG_LEVEL', CANARY],
    ['LOG_LEVEL', 'INFO'],
  ])('%s=%s', (name, value) => {
    const sentence = sentenceFor({ [name]: value })
    expect(sentence).toMatch(new RegExp(`^${name} [^\n]*[.!0-9]$`))
    expect(sentence).not.toContain(value.slice(0, 12))
    expect(sentence).not.toContain(CANARY)
  })

  test('a variable that looks like ours and is not', () => {
    expect(sentenceFor({ LATCHKEY_SECERT: CANARY })).toMatch(
      /^LATCHKEY_SECERT is not a setting of Latchkey\. Known are /,
    )
    expect(sentenceFor({ LATCHKEY_SECERT: CANARY })).not.toContain(CANARY)
    expect(sentenceFor({ PATH: '/bin', HOME: '/', SECRET: 'x' })).toBeNull()
  })

  test('whatever is set, the answer is a configuration or a sentence, never another error', () => {
    const names = [
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'LATCHKEY_SECRET',
      'SMTP_URL',
      'TRUSTED_PROXIES',
      'FORWARD_AUTH_ORIGINS',
      'LOG_LEVEL',
    ]
    const value = fc.oneof(
      fc.string(),
      fc.ipV4Extended(),
      fc.ipV6(),
      fc.webUrl(),
      fc.base64String(),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), (environment) => void sentenceFor(environment)),
    )
  })
})

describe('what is accepted', () => {
  test.each([
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://127.1.2.3',
    'http://[::1]:3000',
    'https://a.example',
    'https://a.example:8443/',
  ])('PUBLIC_URL=%s', (url) => {
    expect(readConfig({ PUBLIC_URL: url }).publicUrl.href).toBe(new URL(url).href)
  })

  test('CR-03 a random secret of 32 bytes or more, however base64 is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 80 }), fc.boolean(), fc.boolean(), (length, padded, urlSafe) => {
        const secret = randomBytes(length)
        const text = secret.toString(urlSafe ? 'base64url' : 'base64')
        expect(readConfig({ LATCHKEY_SECRET: padded ? text : text.replace(/=+$/, '') }).secret).toEqual(secret)
      }),
    )
  })

  test('TRUSTED_PROXIES lists addresses and networks, separated by commas or blanks', () => {
    const { trustedProxies } = readConfig({ TRUSTED_PROXIES: '10.0.0.7, 192.168.0.0/16 2001:db8::/32,::1' })
    const trusts = (address: string, family: 'ipv4' | 'ipv6') => trustedProxies.check(address, family)
    expect(trusts('10.0.0.7', 'ipv4')).toBe(true)
    expect(trusts('10.0.0.8', 'ipv4')).toBe(false)
    expect(trusts('192.168.255.1', 'ipv4')).toBe(true)
    expect(trusts('2001:db8:1::1', 'ipv6')).toBe(true)
    expect(trusts('2001:db9::1', 'ipv6')).toBe(false)
    expect(trusts('::1', 'ipv6')).toBe(true)
  })
})

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['[::1]', true],
  ['example.org', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
  ['10.0.0.1', false],
])('%s is this machine: %s', (hostname, answer) => {
  expect(isLoopback(hostname)).toBe(answer)
})
