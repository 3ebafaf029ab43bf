import { once } from 'node:events'
import { connect } from 'node:net'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { expectProblem, sendRaw } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('connections of somebody who means harm, on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const port = () => Number(new URL(w.url).port)
  const host = () => new URL(w.origin).host

  test('RL-02 hanging up right after sending does not make a client without an address', async () => {
    const { username, id } = await w.person()
    const body = JSON.stringify({ username, password: 'not the password at all' })
    const head = `POST /api/v1/sign-in HTTP/1.1\r\nHost: ${host()}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    const socket = connect(port(), '127.0.0.1')
    socket.write(head + body, () => socket.resetAndDestroy())
    await once(socket, 'close')

    const { activity } = w.db.tables
    const failures = async () =>
      (await w.db.select().from(activity)).filter(({ subjectId, event }) => subjectId === id && event === 'sign-in')
    await vi.waitUntil(async () => (await failures()).length === 1, { timeout: 10_000 })
    expect(await failures()).toMatchObject([{ outcome: 'failure', ipAddress: '127.0.0.1' }])
  })

  test('RA-02 a connection that sends what is no request is closed, though the other side never hangs up', async () => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    socket.resume().write('GARBAGE\r\n\r\n')
    await once(socket, 'end')
    // Our side stays open; a server that destroyed its own answers the next bytes with a reset
    const isReset = () => {
      if (!socket.destroyed) socket.write('more')
      return socket.destroyed
    }
    await vi.waitUntil(isReset, { timeout: 10_000, interval: 20 })
  })

  test.each(['/\\evil.example', '/api/v1/x/../setup', '/api/v1/x/%2e%2e/setup', '/api/v1/./setup', '/%2fetc/passwd'])(
    'AD-01 RA-04 %s is not found, because a proxy in front may read it as another path',
    async (path) => {
      const answer = await sendRaw(w.url, `GET ${path} HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\n\r\n`)
      expect(answer.status).toBe(404)
      expect(expectProblem(answer, answer.body)).toBe('not-found')
    },
  )

  test('LG-02 a body that breaks off is no error of the server', async () => {
    const socket = connect(port(), '127.0.0.1')
    const head = `POST /api/v1/sign-in HTTP/1.1\r\nHost: ${host()}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"us`
    socket.write(head, () => socket.resetAndDestroy())
    await once(socket, 'close')
    await vi.waitUntil(() => /"path":"\/api\/v1\/sign-in","status":400/.test(w.log()), { timeout: 10_000 })
    expect(w.log()).not.toContain('"level":"error"')
  })
})
