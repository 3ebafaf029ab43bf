import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { makeDownload } from '@latchkey/contract/downloads'
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
