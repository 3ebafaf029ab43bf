import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A certificate for this machine, signed by itself and made anew for each run: nothing else trusts it, no key lies about. */
export function makeCertificate(): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const now = Date.now()
  // A name of its own: of two that share one, clients look at the first and complain of the second
  const title = `Latchkey test ${randomBytes(8).toString('hex')}`
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tag(0x0c, Buffer.from(title)))))
  const names = sequence(tag(0x82, Buffer.from('localhost')), tag(0x87, Buffer.from([127, 0, 0, 1])))
  const signed = sequence(
    tag(0xa0, integer(2)), // version 3
    integer(now),
    ecdsaWithSha256,
    name,
    sequence(time(now - HOUR), time(now + 24 * HOUR)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tag(0xa3, sequence(sequence(oid(2, 5, 29, 17), tag(0x04, names)))), // the hosts it is for
  )
  const signature = tag(0x03, Buffer.concat([Buffer.of(0), sign('sha256', signed, privateKey)]))
  const base64 = sequence(signed, ecdsaWithSha256, signature).toString('base64')
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

const HOUR = 60 * 60_000

// X.509 as RFC 5280 section 4.1 has it, written in DER (ITU-T X.690): Node reads certificates but makes none.

/** One value: what it is, how long it is, what it holds. */
function tag(type: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(type, ...size), content])
}

const sequence = (...parts: Buffer[]) => tag(0x30, Buffer.concat(parts))
const set = (...parts: Buffer[]) => tag(0x31, Buffer.concat(parts))

function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return tag(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

/** Numbers above 127 are written seven bits at a time. */
function oid(first: number, second: number, ...rest: number[]): Buffer {
  const sevens = (n: number): number[] => (n < 128 ? [n] : [...sevens(n >> 7).map((byte) => byte | 0x80), n & 0x7f])
  return tag(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(sevens)]))
}

const time = (at: number) => tag(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}Z`))

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2))
