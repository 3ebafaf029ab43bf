import { Agent, type IncomingMessage, request } from 'node:http'

export type Question = {
  method: string
  path: string
  key: string
  /** where it comes from, as the proxy in front says */
  address: string
  form?: Record<string, string>
}
type Answer = { status: number; body: Record<string, unknown> }
export type Line = ReturnType<typeof openLine>

/**
 * One connection that a program keeps open and asks over, one request at a time. It does far less than `fetch`, so that
 * calling all the time from many of them leaves the machine to the servers.
 * @param url where the server listens
 */
export function openLine(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(url)

  const send = ({ method, path, key, address, form }: Question) =>
    new Promise<IncomingMessage>((answered, failed) => {
      const headers = {
        authorization: `Bearer ${key}`,
        'x-forwarded-for': address,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      }
      const sent = request({ agent, hostname, port, method, path: `/api/v1${path}`, headers }, answered)
      sent.once('error', failed)
      sent.end(form && new URLSearchParams(form).toString())
    })

  return {
    async ask(question: Question): Promise<Answer> {
      const answer = await send(question)
      let text = ''
      for await (const chunk of answer.setEncoding('utf8')) text += chunk
      return { status: answer.statusCode ?? 0, body: text ? JSON.parse(text) : {} }
    },
    close: () => agent.destroy(),
  }
}
