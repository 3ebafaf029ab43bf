import { endpoints } from '@latchkey/contract/all'
import { apiBase } from '@latchkey/contract/endpoint'
import { getAccount } from '@latchkey/contract/profile'
import { showSecondFactor, signOut } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  cancelAuthenticator,
  getTwoFactor,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode, toStartOfStep, wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('setting up an authenticator app on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const prove = (browser: TestBrowser, code: string) => browser.call(validateAuthenticator, { body: { code } })
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const setPolicy = (rules: { signOutAfterEnrolment: boolean }) =>
    w.db.write(async (tx) => {
      await tx.update(tx.tables.policy).set(rules)
    })

  test('TO-01 every secret is new: 160 random bits in base32', async () => {
    const { browser } = await w.signedIn()
    const secrets: string[] = []
    for (let n = 0; n < 50; n++) secrets.push((await browser.call(beginAuthenticator)).secret)
    expect(new Set(secrets).size).toBe(50)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    const counts = Map.groupBy(secrets.join(''), (letter) => letter)
    const chiSquare = [...counts.values()].reduce((sum, { length }) => sum + (length - 50) ** 2 / 50, 0)
    expect(counts.size).toBe(32)
    expect(chiSquare).toBeLessThan(110) // 31 degrees of freedom: less than once in 10^10 by chance
  })

  test('TO-01 nobody brings a secret, an issuer or an algorithm along', async () => {
    const { browser } = await w.signedIn()
    for (const wish of [{ secret: 'JBSWY3DPEHPK3PXP' }, { issuer: 'Bank' }, { algorithm: 'SHA512' }, { digits: 8 }]) {
      const refused = await browser.send('POST', '/api/v1/account/two-factor/authenticator', { body: wish })
      expect(refused.status).toBe(422)
    }
  })

  test('TO-05 beginning takes a fresh proof, and leaving the wizard changes nothing', async () => {
    const someone = await w.signedIn()
    w.clock.advance(5 * 60_000 + 1000)
    expect((await problemOf(someone.browser.call(beginAuthenticator))).code).toBe('step-up-required')
    await someone.browser.call(stepUp, { body: { password: someone.password } })
    const { secret } = await someone.browser.call(beginAuthenticator)
    expect(await someone.browser.call(getTwoFactor)).toMatchObject({ status: 'disabled', recoveryCodes: null })
    await someone.browser.call(signOut)

    const again = await w.browserOf(someone)
    expect((await again.call(getAccount)).twoFactor).toBe('disabled')
    await again.call(cancelAuthenticator)
    const forgotten = prove(again, appCode(secret, w.deps.now()))
    expect((await problemOf(forgotten)).code).toBe('no-longer-valid')
  })

  test('TO-05 the newest secret wins, and after ten minutes none is left to prove', async () => {
    const { browser } = await w.signedIn()
    const first = await browser.call(beginAuthenticator)
    const second = await browser.call(beginAuthenticator)
    expect((await problemOf(prove(browser, appCode(first.secret, w.deps.now())))).code).toBe('wrong-code')
    expect(second.expiresAt - w.deps.now()).toBeLessThanOrEqual(10 * 60_000)
    w.clock.advance(10 * 60_000)
    const late = prove(browser, appCode(second.secret, w.deps.now()))
    expect(await problemOf(late)).toMatchObject({ code: 'no-longer-valid', status: 410 })
    expect((await browser.call(getAccount)).twoFactor).toBe('disabled')
  })

  test('TO-05 while a new phone is not proved, only the old one opens; once it is, only the new one, and recovery codes stay', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    expect((await problemOf(browser.call(beginAuthenticator))).code).toBe('step-up-required')
    await browser.call(stepUp, { body: { code: person.code() } })
    const { secret } = await browser.call(beginAuthenticator)

    const elsewhere = await w.browserOf(person)
    const tooEarly = elsewhere.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now()) } })
    expect((await problemOf(tooEarly)).code).toBe('wrong-code')
    await elsewhere.call(showSecondFactor, { body: { code: person.code() } })

    const now = toStartOfStep(w)
    expect(await prove(browser, appCode(secret, now - 30_000))).toEqual({
      recoveryCodes: null,
      recoverySetId: null,
      signedOut: false,
    })
    expect(await isSignedIn(browser)).toBe(true)
    expect(await isSignedIn(elsewhere)).toBe(false)
    const oldPhone = await w.browserOf(person)
    expect((await problemOf(oldPhone.call(showSecondFactor, { body: { code: person.code() } }))).code).toBe(
      'wrong-code',
    )
    await oldPhone.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now()) } })
    const { recoveryCodes } = await oldPhone.call(getTwoFactor)
    expect(recoveryCodes).toMatchObject({ setId: person.recoverySetId, left: 10 })
  })

  test('TO-06 five wrong codes end the attempt: the right one comes too late', async () => {
    const { browser } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    for (let n = 0; n < 5; n++)
      expect((await problemOf(prove(browser, wrongCode(secret, w.deps.now())))).code).toBe('wrong-code')
    const sixth = prove(browser, appCode(secret, w.deps.now()))
    expect(await problemOf(sixth)).toMatchObject({ code: 'no-longer-valid', status: 410 })
    expect((await browser.call(getAccount)).twoFactor).toBe('disabled')
  })

  test('TO-06 a right code turns it on once: ten codes shown once, every session ended on every server', async () => {
    const someone = await w.signedIn()
    const { browser } = someone
    const others = [await w.browserOf(someone), await w.browserOf(someone, other.url)]
    const { secret } = await browser.call(beginAuthenticator)
    const code = appCode(secret, w.deps.now())
    const cookie = `latchkey-session=${browser.cookies.get('latchkey-session')}`
    const together = await Promise.all(
      [w.url, other.url, w.url, other.url, w.url].map((url) =>
        w
          .browser(url)
          .send('POST', '/api/v1/account/two-factor/authenticator/validate', { body: { code }, headers: { cookie } }),
      ),
    )
    const [won, ...more] = together.filter(({ ok }) => ok)
    expect(more).toEqual([])
    const body = (await won?.json()) as { recoveryCodes: string[]; signedOut: boolean }
    expect([body.recoveryCodes.length, body.signedOut]).toEqual([10, true])
    for (const closed of [browser, ...others]) expect(await isSignedIn(closed)).toBe(false)

    const inside = await w.browserOf(someone)
    w.clock.advance(60_000)
    await inside.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now()) } })
    expect((await inside.call(getTwoFactor)).recoveryCodes?.left).toBe(10)
    const repeated = prove(inside, code)
    expect((await problemOf(repeated)).code).toBe('no-longer-valid')
  })

  test('TO-06 SI-02 where the policy lets this session go on, it goes on under a new token and the others end', async () => {
    const someone = await w.signedIn()
    await setPolicy({ signOutAfterEnrolment: false })
    const elsewhere = await w.browserOf(someone)
    const { secret } = await someone.browser.call(beginAuthenticator)
    const before = someone.browser.cookies.get('latchkey-session') ?? ''
    const reply = await prove(someone.browser, appCode(secret, w.deps.now()))
    await setPolicy({ signOutAfterEnrolment: true })

    expect(reply.signedOut).toBe(false)
    expect(await isSignedIn(someone.browser)).toBe(true)
    expect(await isSignedIn(elsewhere)).toBe(false)
    const old = w.browser()
    old.cookies.set('latchkey-session', before)
    expect(await isSignedIn(old)).toBe(false)
  })

  test('TO-07 after it was shown, the secret can be had from nobody: no answer, no log, no database holds it', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    await browser.call(stepUp, { body: { code: person.code() } })
    const { secret: candidate } = await browser.call(beginAuthenticator)

    const answers: string[] = []
    for (const { endpoint } of endpoints.filter(({ endpoint }) => endpoint.method === 'GET'))
      answers.push(await (await browser.send('GET', apiBase + endpoint.path)).text())
    for (const path of ['', '/secret', '/qr', `/${person.id}`])
      answers.push(await (await browser.send('GET', `/api/v1/account/two-factor/authenticator${path}`)).text())
    const everything = [...answers, w.log(), await dump(w.db)].join('\n')
    for (const secret of [person.secret, candidate]) {
      const raw = Buffer.from((secret.match(/.{8}/g) ?? []).flatMap((eight) => bytesOf(eight)))
      for (const form of [
        secret,
        secret.toLowerCase(),
        raw.toString('hex'),
        raw.toString('base64'),
        raw.toString('base64url'),
      ])
        expect(everything.includes(form)).toBe(false)
    }
  })

  test('TO-07 half-way through signing in nobody gets to see or replace a secret', async () => {
    const person = await w.withTwoFactor()
    const halfway = await w.browserOf(person)
    expect((await problemOf(halfway.call(beginAuthenticator))).code).toBe('not-signed-in')
    expect((await problemOf(halfway.call(getTwoFactor))).code).toBe('not-signed-in')
  })

  test('TO-09 the QR code says what every authenticator app reads, and is never stored on the way', async () => {
    const { browser, username } = await w.signedIn()
    const answer = await browser.send('POST', '/api/v1/account/two-factor/authenticator')
    const { secret, otpauthUri } = (await answer.json()) as { secret: string; otpauthUri: string }
    expect(otpauthUri).toBe(
      `otpauth://totp/Latchkey:${username}?secret=${secret}&issuer=Latchkey&algorithm=SHA1&digits=6&period=30`,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('TO-09 a second app of one account has a name of its own, so that it does not overwrite the first in a phone', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const labels: string[] = []
    for (let n = 0; n < 2; n++) {
      await browser.call(stepUp, { body: { code: person.code() } })
      const { secret, otpauthUri } = await browser.call(beginAuthenticator)
      const { protocol, host, pathname, searchParams } = new URL(otpauthUri)
      expect([protocol, host, Object.fromEntries(searchParams)]).toEqual([
        ...['otpauth:', 'totp'],
        { secret, issuer: 'Latchkey', algorithm: 'SHA1', digits: '6', period: '30' },
      ])
      labels.push(decodeURIComponent(pathname))
    }
    for (const label of labels) expect(label.startsWith(`/Latchkey:${person.username} (`)).toBe(true)
    expect(new Set([...labels, `/Latchkey:${person.username}`]).size).toBe(3)
  })
})

/** Eight base32 letters are five bytes. */
const bytesOf = (eight: string): number[] => {
  const bits = [...eight]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
}
