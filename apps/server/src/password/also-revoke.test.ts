import { generateApiKey, getApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword, getApiPassword } from '@latchkey/contract/api-password'
import { listDownloads, makeDownload } from '@latchkey/contract/downloads'
import { changePassword } from '@latchkey/contract/password'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const newPassword = 'wander quartz ember lagoon'

describe.each(engines)('what ends with the old password on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  test.each([
    [undefined, { key: true, password: true }],
    [[], { key: true, password: true }],
    [['api-key'], { key: false, password: true }],
    [['api-password'], { key: true, password: false }],
    [['api-key', 'api-password'], { key: false, password: false }],
    [['api-key', 'api-key'], { key: false, password: true }],
  ] as const)('PW-06 with %j it is what was asked for, and each is remembered', async (alsoRevoke, remains) => {
    const { browser, id, password } = await w.signedIn()
    await browser.call(generateApiKey)
    await browser.call(generateApiKey, { body: { overlap: '7d' } })
    await browser.call(generateApiPassword)
    const body = { currentPassword: password, newPassword, ...(alsoRevoke && { alsoRevoke: [...alsoRevoke] }) }
    await browser.call(changePassword, { body })
    const key = await browser.call(getApiKey)
    expect([key.exists, key.retiring !== null]).toEqual([remains.key, remains.key])
    expect((await browser.call(getApiPassword)).exists).toBe(remains.password)
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    const revoked = rows.flatMap(({ event }) => (event.endsWith('.revoked') ? event : []))
    expect(revoked).toEqual([
      ...(remains.key ? [] : ['api-key.revoked']),
      ...(remains.password ? [] : ['api-password.revoked']),
    ])
  })

  test('PW-06 with a wrong present password nothing ends, and what is not known is refused', async () => {
    const { browser, id, password } = await w.signedIn()
    await browser.call(generateApiKey)
    const alsoRevoke = ['api-key' as const]
    const wrong = browser.call(changePassword, {
      body: { currentPassword: 'not the present one', newPassword, alsoRevoke },
    })
    expect((await problemOf(wrong)).code).toBe('wrong-password')
    for (const unknown of ['sessions', 'identity-keys', 1, null]) {
      const body = { currentPassword: password, newPassword, alsoRevoke: [unknown] }
      expect((await browser.send('PUT', '/api/v1/account/password', { body })).status).toBe(422)
    }
    expect((await browser.call(getApiKey)).exists).toBe(true)
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    expect(rows.filter(({ event }) => event.endsWith('.revoked'))).toEqual([])
  })

  test('PW-06 download links end when that is asked for, and stay otherwise', async () => {
    const { browser, password } = await w.signedIn()
    const body = { resource: 'account-export' as const, expiresInHours: 720 }
    await browser.call(makeDownload, { body })
    await browser.call(makeDownload, { body })
    await browser.call(changePassword, { body: { currentPassword: password, newPassword } })
    expect(await browser.call(listDownloads)).toHaveLength(2)
    const again = { currentPassword: newPassword, newPassword: password, alsoRevoke: ['downloads' as const] }
    await browser.call(changePassword, { body: again })
    expect(await browser.call(listDownloads)).toEqual([])
  })

  test('where there is none, asking for its end is no mistake and nothing is claimed', async () => {
    const { browser, id, password } = await w.signedIn()
    const alsoRevoke = ['api-key' as const, 'api-password' as const]
    await browser.call(changePassword, { body: { currentPassword: password, newPassword, alsoRevoke } })
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    expect(rows.filter(({ event }) => event.endsWith('.revoked'))).toEqual([])
  })
})
