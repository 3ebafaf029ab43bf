import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came to the service. */
export type Echo = { method: string; url: string; headers: [name: string, value: string][]; body: string }

/** A service behind the proxy, which answers with what it was asked. */
export async function startEchoService() {
  const seen: Echo[] = []
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', rawHeaders } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
    const echo = { method, url, headers: pairs(rawHeaders), body: Buffer.concat(chunks).toString('utf8') }
    seen.push(echo)
    outgoing.setHeader('content-type', 'application/json; charset=utf-8')
    outgoing.end(JSON.stringify(echo))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    /** everything that came through, in order */
    seen,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** Names in small letters; values as text, for whoever wrote them meant UTF-8. */
const pairs = (raw: string[]) =>
  raw.flatMap((name, i): Echo['headers'] =>
    i % 2 === 0 ? [[name.toLowerCase(), Buffer.from(raw[i + 1] ?? '', 'latin1').toString('utf8')]] : [],
  )
