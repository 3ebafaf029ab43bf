import { generateApiKey, getApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { forwardAuth } from '@latchkey/contract/forward-auth'
import { introspect } from '@latchkey/contract/introspection'
import { changePassword } from '@latchkey/contract/password'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('an API key on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  test('AK-01 AK-02 has a prefix and a checksum, is seen once, and opens the API', async () => {
    const { browser, username } = await w.signedIn()
    expect(await browser.call(getApiKey)).toMatchObject({ exists: false, hint: null, retiring: null })
    const { apiKey } = await browser.call(generateApiKey)
    expect(apiKey).toMatch(/^lk_[0-9A-Za-z]{36}$/)
    const client = w.client(bearer(apiKey))
    expect(await client.call(getAccount)).toMatchObject({ username })
    expect(await client.call(updateAccount, { body: { displayName: 'By Key' } })).toMatchObject({
      displayName: 'By Key',
    })
    const shown = await client.call(getApiKey)
    expect(shown).toMatchObject({ exists: true, hint: `${apiKey.slice(0, 7)}…${apiKey.slice(-4)}` })
    expect(shown.lastUsedAt).not.toBeNull()
    expect((await problemOf(client.call(revokeApiKey))).code).toBe('interactive-session-required')
    expect((await problemOf(client.call(generateApiKey))).code).toBe('interactive-session-required')
    await browser.call(revokeApiKey)
    expect((await problemOf(client.call(getAccount))).code).toBe('invalid-api-key')
    expect(changePassword.callers).toEqual(['cookie'])
  })

  test('Basic', async () => {
    const { browser, username, password } = await w.signedIn()
    expect(await w.client(basic(username, password)).call(getAccount)).toMatchObject({ username })
    const { apiPassword } = await browser.call(generateApiPassword)
    expect(await w.client(basic(username, apiPassword)).call(getAccount)).toMatchObject({ username })
    const no = await w.client(basic(username, 'nonsense password here')).send('GET', '/api/v1/account')
    expect(no.headers.get('www-authenticate')).toMatch(/^Basic realm/)
  })

  test('introspection, forward-auth, downloads', async () => {
    const admin = await w.signedIn({ role: 'administrator' })
    const { apiKey } = await admin.browser.call(generateApiKey)
    const client = w.client(bearer(apiKey))
    const answer = await client.send('POST', '/api/v1/introspect', {
      body: new URLSearchParams({ token: apiKey }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(introspect.reply.safeParse(await answer.json()).success).toBe(true)
    const forwarded = await client.send('GET', `/api/v1${forwardAuth.path}`)
    expect([forwarded.status, forwarded.headers.get('remote-user')]).toEqual([200, admin.username])
    for (const resource of ['account-export', 'activity', 'users'] as const) {
      const { url } = await admin.browser.call(makeDownload, { body: { resource, expiresInHours: 1 } })
      const file = await w.browser().send('GET', new URL(url).pathname + new URL(url).search)
      expect(file.status).toBe(200)
      console.log((await file.text()).slice(0, 600))
    }
  })
})
