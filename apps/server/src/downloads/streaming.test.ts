import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { makeDownload, revokeDownload } from '@latchkey/contract/downloads'
import { revokeUserCredentials, updateUser } from '@latchkey/contract/users'
import type { Db } from '@latchkey/db/db'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addHistory } from '../testing/history.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('a file on its way on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  /** A link to a history of some thousand rows. */
  async function longHistory() {
    const { browser, id } = await w.signedIn()
    await addHistory(w, id, 4000)
    const { url } = await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    return new URL(url).pathname + new URL(url).search
  }

  /** The same database, which answers so many more pages of the history and then no more. */
  function failingAfter(db: Db, pages: number) {
    let left = pages
    const select = ((...given: []) => {
      const query = db.select(...given)
      const from = (table: typeof db.tables.activity) => {
        if (table === db.tables.activity && left-- <= 0) throw new Error('The database is gone')
        return query.from(table)
      }
      return Object.assign(Object.create(query), { from })
    }) as Db['select']
    return { ...db, select } satisfies Db
  }

  test('RA-04 one that cannot be finished is cut off, never passed for whole, and the server says so and goes on', async () => {
    const path = await longHistory()
    const { url } = await w.second({ db: failingAfter(w.db, 2) })
    const answer = await w.browser(url).send('GET', path)
    expect(answer.status).toBe(200)
    expect(
      await answer.text().then(
        () => 'whole',
        () => 'cut off',
      ),
    ).toBe('cut off')
    await vi.waitFor(() => expect(w.log()).toContain('request.failed'))
    expect(w.log()).not.toContain(path.split('token=')[1])
    expect((await w.browser(url).send('GET', '/api/v1/password-rules')).status).toBe(200)
  })

  describe('AK-06 the list of everybody, to somebody who stops reading half-way', () => {
    const MANY = 12_000
    beforeAll(async () => {
      // longer than anything between the server and the reader holds back
      const rows = Array.from({ length: MANY }, (_, n) => ({
        ...{ id: `many-${n}`, username: `many-${String(n).padStart(5, '0')}`, displayName: 'x'.repeat(2000) },
        ...{ role: 'member' as const, enabled: true, requireTwoFactor: false, version: 1, createdAt: n },
      }))
      for (let next = 0; next < MANY; next += 500)
        await w.db.write(async (tx) => void (await tx.insert(tx.tables.users).values(rows.slice(next, next + 500))))
    })

    /** Opens the list as a fresh administrator, reads the beginning, lets something happen, and reads on. */
    async function readAround(meanwhile: (maker: Maker, linkId: string) => Promise<unknown>) {
      const maker = await w.signedIn({ role: 'administrator' })
      const link = await maker.browser.call(makeDownload, { body: { resource: 'users', expiresInHours: 1 } })
      const asking = get(w.url + new URL(link.url).pathname + new URL(link.url).search, {
        headers: { host: 'localhost' },
        agent: false,
      })
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      expect(answer.statusCode).toBe(200)
      const chunks: Buffer[] = []
      while (!Buffer.concat(chunks).includes('many-00001')) {
        const chunk = answer.read()
        if (chunk) chunks.push(chunk)
        else await once(answer, 'readable')
      }
      await meanwhile(maker, link.id)
      const end = await (async () => {
        try {
          for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
          return 'whole'
        } catch {
          return 'cut off'
        }
      })()
      return { end, text: Buffer.concat(chunks).toString('utf8') }
    }
    type Maker = Awaited<ReturnType<World['signedIn']>>

    const change = async (id: string, body: object) => {
      const { browser } = await w.signedIn({ role: 'administrator' })
      await browser.call(updateUser, { params: { id }, body })
    }
    const ends: [string, (maker: Maker, linkId: string) => Promise<unknown>][] = [
      ['the link is revoked', ({ browser }, id) => browser.call(revokeDownload, { params: { id } })],
      ['its maker is demoted', ({ id }) => change(id, { role: 'member' })],
      ['its maker is disabled', ({ id }) => change(id, { enabled: false })],
      [
        'an administrator revokes what its maker has',
        async ({ id }) => {
          const { browser } = await w.signedIn({ role: 'administrator' })
          await browser.call(revokeUserCredentials, { params: { id } })
        },
      ],
      ['its time is over', async () => w.clock.advance(60 * 60_000)],
    ]
    test.each(ends)('AK-06 it is cut off as soon as %s', async (_, meanwhile) => {
      const { end, text } = await readAround(meanwhile)
      expect(end).toBe('cut off')
      expect(text).toContain('many-00001')
      expect(text).not.toContain(`many-${MANY - 1}`)
    })

    test('AK-06 it holds whoever was there as it was opened, to the last, and nobody who came later', async () => {
      const { end, text } = await readAround(async () => {
        w.clock.advance(1000)
        await w.person({ username: 'zzz-later', displayName: 'Came later' })
      })
      expect(end).toBe('whole')
      expect(text.match(/^many-/gm)).toHaveLength(MANY)
      expect(text).not.toContain('zzz-later')
      expect((await readAround(async () => {})).text).toContain('zzz-later')
    })
  })

  test('whoever hangs up half-way costs nothing more, and the link goes on working', async () => {
    const path = await longHistory()
    for (let n = 0; n < 5; n++) {
      const asking = get(w.url + path, { headers: { host: 'localhost' } })
      const [answer] = (await once(asking, 'response')) as [IncomingMessage]
      await once(answer, 'data')
      answer.destroy()
    }
    const whole = await w.browser().send('GET', path)
    expect((await whole.text()).split('\r\n').length).toBeGreaterThan(4000)
    expect(w.log()).not.toContain('Unhandled')
  })

  test('a link in a mail opens: the browser says it comes from another site', async () => {
    const path = await longHistory()
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await w.browser().send('GET', path, { headers: { 'sec-fetch-site': site, origin: null } })).status).toBe(
        200,
      )
  })
})
