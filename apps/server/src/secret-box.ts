import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Where a sealed value lives. Bound to it as associated data, so that it opens nowhere else. */
export type Place = { table: string; column: string; row: string; user: string }

export type SecretBox = {
  seal(plaintext: string, place: Place): string
  /** @throws Unreadable when it was changed, moved or sealed under a secret this server does not have */
  open(sealed: string, place: Place): string
  /** what is kept of a text too short for a plain hash: nobody without the master secret can try them all */
  keyedHash(text: string, place: Place): string
  /** whether a value was sealed under the present master secret, not the previous one */
  isCurrent(sealed: string): boolean
  /** whether a previous master secret is still open beside the present one */
  hasPrevious: boolean
}

export class Unreadable extends Error {
  constructor() {
    super('A sealed value could not be opened')
  }
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Derives one key for one purpose from the master secret (RFC 5869). */
const derive = (root: Buffer, purpose: string, bytes: number) =>
  Buffer.from(hkdfSync('sha256', root, '', `latchkey ${purpose}`, bytes))

const generation = (root: Buffer) => ({
  id: derive(root, 'key id', 6).toString('base64url'),
  key: derive(root, 'sealed columns', 32),
  hashKey: derive(root, 'keyed hashes', 32),
})

/**
 * Encrypts what must be read again (TOTP secrets) with AES-256-GCM and a fresh nonce (NIST SP 800-38D).
 * Two generations can be open at once, so that the master secret changes without a pause.
 */
export function makeSecretBox(secret: Buffer, previous?: Buffer): SecretBox {
  const current = generation(secret)
  const generations = [current, ...(previous ? [generation(previous)] : [])]
  return {
    seal(plaintext, place) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(associated(place))
      const body = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${current.id}.${body.toString('base64url')}`
    },
    open(sealed, place) {
      const [id, body] = sealed.split('.')
      const found = generations.find((candidate) => candidate.id === id)
      const bytes = Buffer.from(body ?? '', 'base64url')
      if (!found || bytes.length < NONCE_BYTES + TAG_BYTES) throw new Unreadable()
      const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(associated(place))
        .setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        throw new Unreadable()
      }
    },
    keyedHash: (text, place) =>
      createHmac('sha256', current.hashKey).update(associated(place)).update(text).digest('base64url'),
    isCurrent: (sealed) => sealed.startsWith(`${current.id}.`),
    hasPrevious: previous !== undefined,
  }
}

/** Null for what cannot be opened: changed, moved, or sealed under a secret this server does not have. */
export function openOrNull(secretBox: SecretBox, sealed: string, place: Place): string | null {
  try {
    return secretBox.open(sealed, place)
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}

const associated = ({ table, column, row, user }: Place) => Buffer.from(JSON.stringify([table, column, row, user]))
