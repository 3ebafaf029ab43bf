import { hash } from 'node:crypto'
import { changePassword } from '@latchkey/contract/password'
import { confirmRecoveryCodes, renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { enrolAtSignIn, showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import {
  beginAuthenticator,
  deactivateTwoFactor,
  resetSecret,
  setUpLater,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { and, eq } from '@latchkey/db/drizzle'
import { appCode } from '../../testing/authenticator-app.ts'
import type { TestBrowser } from '../../testing/browser.ts'
import type { Person, World } from '../../testing/world.ts'
import { hashCode } from './model-rules.ts'
import { enrolled, signedInWith, withGrant } from './people.ts'

/** One request that changes something, about to be sent, and what it changes. */
export type Operation = {
  name: string
  person: Person
  browser: TestBrowser
  /** what is remembered of it */
  event: string
  endpoint: { method: string; path: string }
  body?: unknown
  /** every fact that is another one afterwards; with the answer, if one came, in which some things are shown */
  changes: (before: Facts, answer: Answer | null) => Partial<Facts>
}

export type Answer = { recoveryCodes?: string[] | null }

/** Everything the database says about the second factor and the password of one person. */
export type Facts = {
  app: string | null
  isChosen: boolean
  liveSet: string | null
  waitingSet: string | null
  usedCodes: number
  sessions: number
  passwordHash: string | null
  /** how often the event of the operation is remembered as a success */
  remembered: number
}

/** A fact nobody can foretell: something that was not there before. */
const SOMETHING_NEW = 'something new'

export async function factsOf({ db }: World, { person: { id }, event }: Operation): Promise<Facts> {
  const t = db.tables
  const [[user], [app], sets, codes, sessions, events] = await Promise.all([
    db.select().from(t.users).where(eq(t.users.id, id)),
    db.select().from(t.authenticators).where(eq(t.authenticators.userId, id)),
    db.select().from(t.recoverySets).where(eq(t.recoverySets.userId, id)),
    db.select().from(t.recoveryCodes).where(eq(t.recoveryCodes.userId, id)),
    db.select().from(t.sessions).where(eq(t.sessions.userId, id)),
    db
      .select()
      .from(t.activity)
      .where(and(eq(t.activity.subjectId, id), eq(t.activity.event, event), eq(t.activity.outcome, 'success'))),
  ])
  const codesOf = (isLive: boolean) => {
    const set = sets.find(({ confirmedAt }) => (confirmedAt !== null) === isLive)
    return set ? fingerprint(codes.flatMap(({ setId, codeHash }) => (setId === set.id ? [codeHash] : []))) : null
  }
  return {
    app: app?.id ?? null,
    isChosen: user?.twoFactorPendingSince !== null,
    liveSet: codesOf(true),
    waitingSet: codesOf(false),
    usedCodes: codes.filter(({ usedAt }) => usedAt !== null).length,
    sessions: sessions.length,
    passwordHash: user?.passwordHash ?? null,
    remembered: events.length,
  }
}

/** A set of recovery codes is its codes: one text for all ten, so that half a set or a mixed one is another. */
const fingerprint = (hashes: string[]) => hash('sha256', hashes.sort().join(' '), 'hex')

const shownIn = (answer: Answer | null) =>
  answer?.recoveryCodes ? fingerprint(answer.recoveryCodes.map(hashCode)) : SOMETHING_NEW

/** Facts that went another way than any order of before and after allows; empty when they are as they should be. */
export function unlike(facts: Facts, before: Facts, changes: Partial<Facts>): string[] {
  const expected = { ...before, ...changes }
  return (Object.keys(expected) as (keyof Facts)[]).filter((name) =>
    expected[name] === SOMETHING_NEW
      ? facts[name] === null || facts[name] === before[name]
      : facts[name] !== expected[name],
  )
}

/** Every kind of change, each with a person of its own, prepared on the world's own server. */
export const preparations: ((w: World) => Promise<Operation>)[] = [
  async (w) => {
    const person = await w.signedIn()
    const { secret } = await person.browser.call(beginAuthenticator)
    return {
      name: 'turning it on',
      person,
      browser: person.browser,
      event: 'two-factor.enabled',
      endpoint: validateAuthenticator,
      body: { code: appCode(secret, w.deps.now()) },
      changes: (_, answer) => ({ app: SOMETHING_NEW, liveSet: shownIn(answer), sessions: 0, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await w.signedIn()
    await person.browser.call(setUpLater)
    const browser = w.browser()
    const { username, password } = person
    const shown = await browser.call(signIn, { body: { username, password } })
    return {
      name: 'setting it up while signing in',
      person,
      browser,
      event: 'two-factor.enabled',
      endpoint: enrolAtSignIn,
      body: { code: appCode('secret' in shown ? shown.secret : '', w.deps.now()) },
      changes: (_, answer) => ({
        app: SOMETHING_NEW,
        isChosen: false,
        liveSet: shownIn(answer),
        sessions: 1,
        remembered: 1,
      }),
    }
  },
  async (w) => {
    const person = await enrolled(w)
    const browser = await withGrant(w, person, person.recoveryCodes, 'two-factor.replace')
    await signedInWith(w, person, person.recoveryCodes[2])
    const { secret } = await browser.call(beginAuthenticator)
    return {
      name: 'replacing the app',
      person,
      browser,
      event: 'two-factor.replaced',
      endpoint: validateAuthenticator,
      body: { code: appCode(secret, w.deps.now()) },
      changes: () => ({ app: SOMETHING_NEW, sessions: 1, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await enrolled(w)
    const browser = await withGrant(w, person, person.recoveryCodes, 'two-factor.reset')
    await signedInWith(w, person, person.recoveryCodes[2])
    return {
      name: 'resetting the secret',
      person,
      browser,
      event: 'two-factor.secret-reset',
      endpoint: resetSecret,
      changes: () => ({ app: null, isChosen: true, liveSet: null, usedCodes: 0, sessions: 1, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await enrolled(w)
    const browser = await withGrant(w, person, person.recoveryCodes, 'two-factor.deactivate')
    await signedInWith(w, person, person.recoveryCodes[2])
    return {
      name: 'turning it off',
      person,
      browser,
      event: 'two-factor.deactivated',
      endpoint: deactivateTwoFactor,
      changes: () => ({ app: null, liveSet: null, usedCodes: 0, sessions: 1, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await enrolled(w)
    const browser = await withGrant(w, person, person.recoveryCodes, 'recovery-codes.renew')
    const { recoveryCodes } = await browser.call(renewRecoveryCodes)
    return {
      name: 'renewing the recovery codes',
      person,
      browser,
      event: 'recovery-codes.renewed',
      endpoint: confirmRecoveryCodes,
      body: { recoveryCode: recoveryCodes[0] },
      changes: ({ waitingSet }) => ({ liveSet: waitingSet, waitingSet: null, usedCodes: 0, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await enrolled(w)
    return {
      name: 'signing in with a recovery code',
      person,
      browser: await w.browserOf(person),
      event: 'recovery-code.used',
      endpoint: showSecondFactor,
      body: { recoveryCode: person.recoveryCodes[0] },
      changes: () => ({ usedCodes: 1, sessions: 1, remembered: 1 }),
    }
  },
  async (w) => {
    const person = await w.signedIn()
    await w.browserOf(person)
    return {
      name: 'changing the password',
      person,
      browser: person.browser,
      event: 'password.changed',
      endpoint: changePassword,
      body: { currentPassword: person.password, newPassword: `${person.password} anew` },
      changes: () => ({ passwordHash: SOMETHING_NEW, sessions: 1, remembered: 1 }),
    }
  },
]
