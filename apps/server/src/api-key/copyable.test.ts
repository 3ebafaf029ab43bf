import { randomBytes } from 'node:crypto'
import { generateApiKey, getApiKey, revealApiKey } from '@latchkey/contract/api-key'
import { updatePolicy } from '@latchkey/contract/policy'
import { stepUp } from '@latchkey/contract/step-up'
import { generateServiceKey } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepareInstallation } from '../installation/installation.ts'
import { makeSecretBox } from '../secret-box.ts'
import { bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('an API key that policy lets be copied on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const copyable = (work: () => Promise<unknown>) => w.underPolicy({ apiKeyVisibility: 'copyable' }, work)
  const withKey = async () => {
    const person = await w.signedIn()
    return { ...person, ...(await person.browser.call(generateApiKey)) }
  }
  const codeOf = async (browser: TestBrowser) => (await problemOf(browser.call(revealApiKey))).code
  const rowOf = async (id: string) => {
    const { apiKeys } = w.db.tables
    return (await w.db.select().from(apiKeys).where(eq(apiKeys.userId, id)))[0]
  }
  const putSealed = (id: string, sealedValue: string) =>
    w.db.write((tx) => tx.update(tx.tables.apiKeys).set({ sealedValue }).where(eq(tx.tables.apiKeys.userId, id)))
  const shownTo = async (id: string) => {
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    return rows.filter(({ event }) => event === 'api-key.shown').map(({ outcome, actorKind }) => [outcome, actorKind])
  }

  test('AK-02 is shown again after a proof, to its owner in a browser and nobody else, and every time is remembered', () =>
    copyable(async () => {
      const { browser, id, password, apiKey } = await withKey()
      expect(await browser.call(getApiKey)).toMatchObject({ copyable: true })
      const answer = await browser.send('GET', '/api/v1/account/api-key/value')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toEqual({ apiKey })
      const byKey = await w.client(bearer(apiKey)).send('GET', '/api/v1/account/api-key/value')
      expect(await byKey.json()).toMatchObject({ code: 'interactive-session-required' })
      w.clock.advance(5 * 60_000 + 1)
      expect(await codeOf(browser)).toBe('step-up-required')
      await browser.call(stepUp, { body: { password } })
      expect(await browser.call(revealApiKey)).toEqual({ apiKey })
      expect(await shownTo(id)).toEqual([
        ['success', 'browser'],
        ['success', 'browser'],
      ])
      expect(w.log()).not.toContain(apiKey)
    }))

  test('AK-02 by default it is shown once, and nobody is told whether there is one', async () => {
    const { browser, id } = await withKey()
    expect(await browser.call(getApiKey)).toMatchObject({ exists: true, copyable: false })
    expect(await codeOf(browser)).toBe('shown-once')
    expect(await codeOf((await w.signedIn()).browser)).toBe('shown-once')
    expect(await shownTo(id)).toEqual([])
  })

  test('what was made while it was shown once stays so, and where there is none there is none', async () => {
    const { browser } = await withKey()
    const without = await w.signedIn()
    await copyable(async () => {
      expect(await browser.call(getApiKey)).toMatchObject({ exists: true, copyable: false })
      expect(await codeOf(browser)).toBe('shown-once')
      expect(await codeOf(without.browser)).toBe('not-found')
    })
  })

  test('one that is retiring is not shown any more, only the one in use', () =>
    copyable(async () => {
      const { browser, id } = await withKey()
      const { apiKey } = await browser.call(generateApiKey, { body: { overlap: '7d' } })
      expect(await browser.call(revealApiKey)).toEqual({ apiKey })
      const { apiKeys } = w.db.tables
      const rows = await w.db.select().from(apiKeys).where(eq(apiKeys.userId, id))
      expect(rows.map(({ replacedAt, sealedValue }) => [replacedAt === null, sealedValue !== null])).toEqual(
        expect.arrayContaining([
          [true, true],
          [false, false],
        ]),
      )
    }))

  test('the key of a service is never kept: it has no page to copy it from', () =>
    copyable(async () => {
      const { browser } = await w.signedIn({ role: 'administrator' })
      const { id } = await w.person({ role: 'service' })
      await browser.call(generateServiceKey, { params: { id } })
      expect((await rowOf(id))?.sealedValue).toBe(null)
    }))

  test('switching the policy back to once forgets every key for good', async () => {
    const { browser, apiKey, id } = await new Promise<Awaited<ReturnType<typeof withKey>>>((resolve, reject) => {
      copyable(async () => resolve(await withKey())).catch(reject)
    })
    const administrator = await w.signedIn({ role: 'administrator' })
    await administrator.browser.call(updatePolicy, { body: { apiKeyVisibility: 'once' } })
    expect((await rowOf(id))?.sealedValue).toBe(null)
    expect(await codeOf(browser)).toBe('shown-once')
    await copyable(async () => {
      expect(await browser.call(getApiKey)).toMatchObject({ exists: true, copyable: false })
      expect(await codeOf(browser)).toBe('shown-once')
    })
    expect((await w.client(bearer(apiKey)).send('GET', '/api/v1/account')).status).toBe(200)
  })

  test('AK-02 keys made at the very moment the policy goes back to once are not kept either', async () => {
    const other = await w.second()
    const administrator = await w.signedIn({ role: 'administrator' })
    const setPolicy = (apiKeyVisibility: 'once' | 'copyable') =>
      administrator.browser.call(updatePolicy, { body: { apiKeyVisibility } })
    const people = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const { browser } = await w.signedIn()
        const own = w.browser(n % 2 ? other.url : w.url)
        for (const [name, value] of browser.cookies) own.cookies.set(name, value)
        return own
      }),
    )
    const { apiKeys } = w.db.tables
    const kept = async () => (await w.db.select().from(apiKeys)).filter(({ sealedValue }) => sealedValue !== null)
    const made = { before: 0, after: 0 }
    for (let round = 0; round < 20; round++) {
      await setPolicy('copyable')
      // further and further into the making
      const making = people.map((browser) => browser.call(generateApiKey).then(() => made.before++))
      for (let n = 0; n < round % 7; n++) await w.db.select().from(apiKeys)
      const switching = setPolicy('once').then(() => {
        made.after += made.before
      })
      await Promise.all([...making, switching])
      expect(await kept()).toEqual([])
    }
    expect(made.before).toBe(120)
    // and nobody gets any to see again, even where policy is changed once more
    await setPolicy('copyable')
    for (const browser of people) expect(await codeOf(browser)).toBe('shown-once')
    await setPolicy('once')
    expect(w.log()).not.toContain('request.failed')
  })

  test('CR-02 CR-05 is sealed where it rests: a stolen database does not hold it, and no two seals are alike', () =>
    copyable(async () => {
      const { apiKey, id } = await withKey()
      const stored = await dump(w.db)
      for (const form of [apiKey, apiKey.slice(3, 33), Buffer.from(apiKey).toString('base64url')])
        expect(stored.includes(form)).toBe(false)
      const sealed = (await rowOf(id))?.sealedValue
      await withKey()
      expect(new Set([sealed, w.deps.secretBox.seal(apiKey, { table: '', column: '', row: '', user: '' })]).size).toBe(
        2,
      )
    }))

  test('CR-02 one that was copied into another row, or changed by a bit, is refused and remembered, and hurts nobody else', () =>
    copyable(async () => {
      const [attacker, victim] = [await withKey(), await withKey()]
      const [stolen, own] = [(await rowOf(victim.id))?.sealedValue ?? '', (await rowOf(attacker.id))?.sealedValue ?? '']
      await putSealed(attacker.id, stolen)
      const flipped = `${stolen.slice(0, -2)}${stolen.at(-2) === 'A' ? 'B' : 'A'}${stolen.at(-1)}`
      await putSealed(victim.id, flipped)
      for (const { browser, id } of [attacker, victim]) {
        const answer = await browser.send('GET', '/api/v1/account/api-key/value')
        expect(await answer.json()).toMatchObject({ status: 403, code: 'shown-once' })
        expect(await shownTo(id)).toEqual([['failure', 'browser']])
      }
      expect(w.log()).toContain('api-key.unreadable')
      expect(w.log()).not.toContain(stolen)
      await putSealed(attacker.id, own)
      expect(await attacker.browser.call(revealApiKey)).toEqual({ apiKey: attacker.apiKey })
    }))

  test('CR-03 a new master secret beside the previous one seals it anew, and then stands alone', () =>
    copyable(async () => {
      const { browser, id, apiKey } = await withKey()
      const damaged = await withKey()
      await putSealed(damaged.id, 'nothing.that-opens')
      const before = (await rowOf(id))?.sealedValue
      const next = randomBytes(32)
      await prepareInstallation(w.db, makeSecretBox(next, w.secret))
      const after = (await rowOf(id))?.sealedValue ?? ''
      expect(after).not.toBe(before)
      expect(makeSecretBox(next).isCurrent(after)).toBe(true)
      expect((await rowOf(damaged.id))?.sealedValue).toBe('nothing.that-opens')
      const alone = await w.second({ secretBox: makeSecretBox(next) })
      const there = w.browser(alone.url)
      for (const [name, value] of browser.cookies) there.cookies.set(name, value)
      expect(await there.call(revealApiKey)).toEqual({ apiKey })
      expect(await codeOf(browser)).toBe('shown-once') // a server without the new secret fails closed
      await prepareInstallation(w.db, makeSecretBox(w.secret, next)) // back again, for the tests that follow
      expect(await browser.call(revealApiKey)).toEqual({ apiKey })
    }))
})
