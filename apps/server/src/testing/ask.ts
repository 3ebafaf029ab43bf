import { request } from 'node:https'

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }
/** a header with several values is sent as often */
export type Question = { method?: string; headers?: Record<string, string | string[]>; body?: string }

/** Sends what it is told over https and nothing else: follows nothing, keeps nothing, adds no header of a browser. */
export const ask = (url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    // A connection of its own each time, so that nobody waits for one when the proxy is told to stop
    const asked = request(url, { method, headers, agent: false, servername: 'localhost' }, async (incoming) => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk)
      const { statusCode = 0, headers } = incoming
      resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString('utf8') })
    })
    asked.once('error', reject)
    asked.end(body)
  })
