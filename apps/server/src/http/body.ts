import { Problem } from '@latchkey/contract/problem'
import type { Exchange } from './exchange.ts'

const MAXIMUM_BYTES = 64 * 1024
const MAXIMUM_DEPTH = 16
const MAXIMUM_MEMBERS = 200

/**
 * Reads a JSON body strictly: bytes are counted as they come, whatever Content-Length says.
 * @returns the value, or undefined when no body was sent
 * @throws Problem unsupported-media-type, too-large, malformed-request, invalid-input
 */
export async function readBody(exchange: Exchange): Promise<unknown> {
  const bytes = await readBytes(exchange, 'application/json')
  return bytes && parseStrictly(bytes)
}

/**
 * Reads the body of a form (WHATWG URL section 5.1), for the one operation whose standard wants it.
 * @returns its fields by name; a field given twice is refused (RFC 6749 section 3.2)
 * @throws Problem unsupported-media-type, too-large, malformed-request
 */
export async function readForm(exchange: Exchange): Promise<unknown> {
  const bytes = await readBytes(exchange, 'application/x-www-form-urlencoded')
  if (!bytes) return undefined
  const fields = [...new URLSearchParams(utf8OrRefuse(bytes))]
  const byName = Object.fromEntries(fields)
  if (fields.length !== Object.keys(byName).length || fields.length > MAXIMUM_MEMBERS)
    throw new Problem('malformed-request')
  return byName
}

async function readBytes(exchange: Exchange, type: keyof typeof types): Promise<Buffer | undefined> {
  const { headers } = exchange.incoming
  const length = Number(headers['content-length'] ?? 0)
  if (length > MAXIMUM_BYTES) throw new Problem('too-large')
  if (length === 0 && headers['transfer-encoding'] === undefined) return undefined
  const bytes = await collect(exchange)
  if (bytes.length === 0) return undefined
  // The type is looked at before the content, so that text/plain from a foreign form is never parsed
  if (!types[type].test(headers['content-type'] ?? '') || headers['content-encoding'])
    throw new Problem('unsupported-media-type', { detail: `Send it as Content-Type: ${type}, not compressed.` })
  return bytes
}

/** By its events, because iterating over a request takes several times as long. */
const collect = ({ incoming }: Exchange) =>
  new Promise<Buffer>((done, failed) => {
    const chunks: Buffer[] = []
    let total = 0
    incoming.on('data', (chunk: Buffer) => {
      total += chunk.length
      if (total <= MAXIMUM_BYTES) chunks.push(chunk)
      else failed(new Problem('too-large'))
    })
    incoming.once('end', () => done(Buffer.concat(chunks)))
    incoming.once('close', () => {
      if (!incoming.readableEnded) failed(new Problem('malformed-request')) // the client hung up half-way
    })
  })

const types = {
  'application/json': /^application\/json(\s*;\s*charset="?utf-8"?)?\s*$/i,
  'application/x-www-form-urlencoded': /^application\/x-www-form-urlencoded(\s*;\s*charset="?utf-8"?)?\s*$/i,
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** RFC 8259, and no member twice (section 4 only asks for it), so that no two readers can disagree about a body. */
export function parseStrictly(bytes: Uint8Array): unknown {
  const text = utf8OrRefuse(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem('malformed-request', { detail: 'The body is not JSON.' })
  }
  inspect(value, '', 1)
  if (membersWritten(text) !== membersKept(value))
    throw new Problem('malformed-request', { detail: 'A member is in the body twice.' })
  return value
}

function utf8OrRefuse(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('malformed-request')
  }
}

/** Counts members and items, refusing what no operation can want. */
function inspect(value: unknown, pointer: string, depth: number): number {
  if (depth > MAXIMUM_DEPTH) throw new Problem('malformed-request')
  if (typeof value === 'string' && (!value.isWellFormed() || value.includes('\0')))
    throw new Problem('invalid-input', { errors: [{ pointer, code: 'invalid' }] })
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  for (const [name, member] of Object.entries(value)) {
    const here = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (name === '__proto__' || name === 'constructor' || name === 'prototype')
      throw new Problem('invalid-input', { errors: [{ pointer: here, code: 'unknown-member' }] })
    members += 1 + inspect(member, here, depth + 1)
    if (members > MAXIMUM_MEMBERS) throw new Problem('malformed-request')
  }
  return members
}

/** Members as the text writes them; a valid text has a colon after a string only there. */
const membersWritten = (text: string) =>
  text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g)?.filter((string) => string.endsWith(':')).length ?? 0

/** Members that are left after parsing, where of two with one name the last wins. */
const membersKept = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce((sum: number, member) => sum + membersKept(member), 0) +
      (Array.isArray(value) ? 0 : Object.keys(value).length)
