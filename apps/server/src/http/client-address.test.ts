import type { IncomingMessage } from 'node:http'
import { BlockList } from 'node:net'
import { signIn } from '@latchkey/contract/sign-in'
import { engines } from '@latchkey/db/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'
import { cameInClear, clientAddress, networkOf } from './client-address.ts'

const trusted = new BlockList()
trusted.addAddress('10.0.0.1')
trusted.addSubnet('192.168.0.0', 16)
trusted.addAddress('fd00::1', 'ipv6')

/** A request as far as addresses go. */
const incoming = (remoteAddress: string, headers: Record<string, string>) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage
const addressOf = (socket: string, chain?: string) =>
  clientAddress(incoming(socket, chain === undefined ? {} : { 'x-forwarded-for': chain }), trusted)

describe('RL-02 the client address', () => {
  test.each([
    ['nobody trusted in between', '198.51.100.7', '203.0.113.1', '198.51.100.7'],
    ['no chain', '10.0.0.1', undefined, '10.0.0.1'],
    ['one hop', '10.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['a spoofed hop before the real one', '10.0.0.1', '1.2.3.4, 203.0.113.1', '203.0.113.1'],
    ['a spoofed trusted hop before the real one', '10.0.0.1', '192.168.1.1, 203.0.113.1', '203.0.113.1'],
    ['two proxies', '10.0.0.1', '1.2.3.4, 203.0.113.1, 192.168.7.7', '203.0.113.1'],
    ['proxies only', '10.0.0.1', '192.168.1.1, 192.168.1.2', '10.0.0.1'],
    ['a chain that cannot be read', '10.0.0.1', 'a', '10.0.0.1'],
    ['a chain that cannot be read in one place', '10.0.0.1', '203.0.113.1, unknown, 203.0.113.2', '10.0.0.1'],
    ['an empty chain', '10.0.0.1', '', '10.0.0.1'],
    ['an empty hop', '10.0.0.1', '203.0.113.1,,', '10.0.0.1'],
    ['a hop with a port', '10.0.0.1', '203.0.113.1:443', '10.0.0.1'],
    ['IPv4 inside IPv6, with dots', '10.0.0.1', '::ffff:203.0.113.1', '203.0.113.1'],
    ['IPv4 inside IPv6, in hexadecimal', '10.0.0.1', '::ffff:cb00:7101', '203.0.113.1'],
    ['IPv4 inside IPv6, in full', '10.0.0.1', '0:0:0:0:0:FFFF:203.0.113.1', '203.0.113.1'],
    ['a socket of IPv4 inside IPv6', '::ffff:10.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['an untrusted socket of IPv4 inside IPv6', '::ffff:198.51.100.7', '203.0.113.1', '198.51.100.7'],
    ['an IPv6 proxy', 'fd00::1', '2001:DB8::5', '2001:db8::5'],
    ['an IPv6 hop in brackets', '10.0.0.1', '[2001:db8::5]', '2001:db8::5'],
    ['an IPv6 hop with a zone', '10.0.0.1', 'fe80::1%eth0', 'fe80::1'],
  ])('with %s', (_, socket, chain, address) => {
    expect(addressOf(socket, chain)).toBe(address)
  })

  test('without a trusted socket no header changes it, and with one no other header does', () => {
    const names = ['x-real-ip', 'forwarded', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'x-cluster-client-ip']
    const headers = Object.fromEntries(names.map((name) => [name, '203.0.113.1']))
    expect(clientAddress(incoming('198.51.100.7', { ...headers, 'x-forwarded-for': '203.0.113.1' }), trusted)).toBe(
      '198.51.100.7',
    )
    expect(clientAddress(incoming('10.0.0.1', headers), trusted)).toBe('10.0.0.1')
  })

  test('whatever a client writes before the proxy adds the real address, that address is found', () => {
    const written = fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 5 })
    fc.assert(
      fc.property(
        written,
        fc.ipV4().filter((address) => !trusted.check(address)),
        (spoofed, real) => {
          expect(addressOf('10.0.0.1', [...spoofed, real].join(', '))).toBe(real)
        },
      ),
    )
  })

  test('no chain makes it fail or makes it a made-up word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (chain) => {
        expect(addressOf('10.0.0.1', chain)).toMatch(/^[0-9a-f.:]+$/)
      }),
    )
  })
})

describe('RL-02 what is counted together', () => {
  test('an IPv4 address is alone', () => {
    expect(networkOf('203.0.113.1')).toBe('203.0.113.1')
  })

  test.each([
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['64:ff9b::203.0.113.1', '64:ff9b:0:0::/64'],
  ])('%s lies in %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('all addresses of one /64 are one, however they are written, and those of another are not', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const four = fc.tuple(group, group, group, group)
    const spell = (groups: number[]) => groups.map((one) => one.toString(16)).join(':')
    fc.assert(
      fc.property(four, four, four, (prefix, host, other) => {
        const first = spell([...prefix, ...host])
        const shortened = new URL(`http://[${first}]`).hostname.slice(1, -1)
        expect(networkOf(shortened)).toBe(networkOf(first))
        expect(networkOf(spell([...prefix, ...other]))).toBe(networkOf(first))
        const [a, b, c, d] = prefix
        expect(networkOf(spell([a, b, c, d ^ 1, ...host]))).not.toBe(networkOf(first))
      }),
    )
  })
})

test('CF-03 the scheme is believed from a trusted proxy only', () => {
  expect(cameInClear(incoming('10.0.0.1', { 'x-forwarded-proto': 'http' }), trusted)).toBe(true)
  expect(cameInClear(incoming('10.0.0.1', { 'x-forwarded-proto': 'https' }), trusted)).toBe(false)
  expect(cameInClear(incoming('10.0.0.1', {}), trusted)).toBe(false)
  expect(cameInClear(incoming('198.51.100.7', { 'x-forwarded-proto': 'http' }), trusted)).toBe(false)
})

describe.each(engines)('RL-02 counting by network on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const wrongOnes = async (addresses: string[]) => {
    const codes: string[] = []
    const { username } = await w.person()
    for (const address of addresses)
      codes.push(
        (await problemOf(w.browser(w.url, address).call(signIn, { body: { username, password: 'wrong' } }))).code,
      )
    return codes
  }
  const afterFive = [...Array(5).fill('wrong-credentials'), 'too-many-attempts']

  test('six addresses of one /64 share one budget', async () => {
    expect(await wrongOnes([1, 2, 3, 4, 5, 6].map((host) => `2001:db8:1:2::${host}`))).toEqual(afterFive)
  })

  test('IPv4 is IPv4, also when it is written inside IPv6', async () => {
    const address = '192.0.2.77'
    expect(
      await wrongOnes([address, `::ffff:${address}`, address, `::ffff:${address}`, address, `::ffff:${address}`]),
    ).toEqual(afterFive)
  })

  test('a client that makes up hops before the proxy adds its address gets no second budget', async () => {
    expect(await wrongOnes([1, 2, 3, 4, 5, 6].map((hop) => `203.0.113.${hop}, 192.0.2.78`))).toEqual(afterFive)
  })
})
