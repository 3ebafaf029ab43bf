import { once } from 'node:events'
import { connect } from 'node:net'
import { problems } from '@latchkey/contract/problem'
import { expect } from 'vitest'

export type RawResponse = { status: number; headers: Headers; body: string }

/**
 * Opens a connection for each request, sends all of each but its last byte, and then every last byte: so that they are
 * complete at the same moment. They must ask for `Connection: close`.
 * @returns the answers to come, once all is sent
 */
export async function sendTogether(url: string | string[], requests: string[]): Promise<Promise<RawResponse>[]> {
  const lines = await Promise.all(
    requests.map(async (bytes, n) => {
      const { port } = new URL(Array.isArray(url) ? (url[n % url.length] ?? '') : url)
      const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      // A server takes in one connection after the other: each is asked something first, so that it has them all
      socket.write('HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await once(socket, 'data')
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      const answer = once(socket, 'close').then(() => readResponse(Buffer.concat(chunks).toString('utf8')))
      await new Promise((sent) => socket.write(bytes.slice(0, -1), sent))
      return { socket, answer, last: bytes.slice(-1) }
    }),
  )
  await Promise.all(lines.map(({ socket, last }) => new Promise((sent) => socket.write(last, sent))))
  return lines.map(({ answer }) => answer)
}

/** Sends bytes as they are and reads what comes back until the server closes: for what no HTTP client would send. */
export async function sendRaw(url: string, bytes: string | Buffer): Promise<RawResponse> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('error', () => {}) // the server may close before it has read everything
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(bytes)
  await closed
  return readResponse(Buffer.concat(chunks).toString('utf8'))
}

function readResponse(text: string): RawResponse {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers()
  for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim())
  const body = rest.join('\r\n\r\n')
  return {
    status: Number(first.split(' ')[1]),
    headers,
    body: headers.get('transfer-encoding') ? joinChunks(body) : body,
  }
}

/** RFC 9112 section 7.1; what the server writes in tests is ASCII, so bytes are characters. */
function joinChunks(chunks: string): string {
  const end = chunks.indexOf('\r\n')
  const size = Number.parseInt(chunks.slice(0, end), 16)
  return size > 0 ? chunks.slice(end + 2, end + 2 + size) + joinChunks(chunks.slice(end + 4 + size)) : ''
}

const PROBLEM_MEMBERS = [
  ...['type', 'title', 'status', 'code', 'detail', 'pointer', 'errors', 'retryAfter'],
  ...['clockOffset', 'serverTime', 'requestId'],
]

/** RA-04 Checks that an answer is a problem as the document describes it, and nothing more. @returns its code */
export function expectProblem({ status, headers }: { status: number; headers: Headers }, text: string): string {
  expect(headers.get('content-type')).toBe('application/problem+json')
  const body = JSON.parse(text)
  expect(Object.keys(body).filter((name) => !PROBLEM_MEMBERS.includes(name))).toEqual([])
  expect(problems).toHaveProperty(body.code)
  const { status: expected, title } = problems[body.code as keyof typeof problems]
  expect(body).toMatchObject({ type: `urn:latchkey:problem:${body.code}`, title, status: expected })
  expect(status).toBe(expected)
  expect(body.requestId).toMatch(/^[0-9a-f-]{36}$/)
  for (const error of body.errors ?? []) {
    expect(Object.keys(error).filter((name) => !['pointer', 'code', 'limit'].includes(name))).toEqual([])
    expect(error.pointer).toMatch(/^(\/|$)/)
  }
  expect(text).not.toMatch(/node_modules|\/src\/|\.ts\b|select |insert |sqlite|postgres|drizzle|Error:/i)
  return body.code
}
