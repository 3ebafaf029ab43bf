import { connect, type Socket } from 'node:net'

export type Load = {
  port: number
  connections: number
  /** how long to keep asking, in milliseconds; the first fifth warms up and is not counted */
  forMs: number
  /** the whole request as it goes over the wire; called once a request */
  request: () => string
}

export type Measured = { perSecond: number; p50: number; p99: number; refused: number }

/**
 * Asks over keep-alive connections, each sending its next request when the answer to the last is there. Answers of
 * one operation are all of one length, so counting bytes is enough: the load costs far less than what it measures.
 * @returns requests per second and latencies in milliseconds; `refused` counts answers other than 2xx
 */
export async function load({ port, connections, forMs, request }: Load): Promise<Measured> {
  const begin = performance.now() + forMs / 5
  const end = performance.now() + forMs
  const latencies: number[] = []
  let refused = 0

  const client = () =>
    new Promise<void>((done, failed) => {
      const socket: Socket = connect(port, '127.0.0.1')
      let sent = 0
      let received = 0
      let expected = 0
      const send = () => {
        sent = performance.now()
        received = 0
        socket.write(request())
      }
      socket.setNoDelay(true)
      socket.once('connect', send)
      socket.once('error', failed)
      socket.on('data', (chunk: Buffer) => {
        if (received === 0) {
          expected = lengthOf(chunk)
          if (chunk[9] !== 0x32) refused++
        }
        received += chunk.length
        if (received < expected) return
        const now = performance.now()
        if (now >= begin && now < end) latencies.push(now - sent)
        if (now < end) return send()
        socket.destroy()
        done()
      })
    })
  await Promise.all(Array.from({ length: connections }, client))

  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
  return { perSecond: latencies.length / ((end - begin) / 1000), p50: at(0.5), p99: at(0.99), refused }
}

/** Bytes of a whole answer, from its head. */
function lengthOf(chunk: Buffer): number {
  const head = chunk.subarray(0, chunk.indexOf('\r\n\r\n') + 4).toString('latin1')
  return head.length + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
}
