import { hash } from 'node:crypto'
import type { ProblemCode } from '@latchkey/contract/problem'
import { appCode } from '../../testing/authenticator-app.ts'
import type { Account, Policy, Session, Sheet, State } from './model-state.ts'

/**
 * What spec sections 2 and 3 say must become of every request, written a second time and without a look at the
 * server: one request after the other, in memory, with every number spelled out.
 */
export type Action =
  | { do: 'sign-in'; password: string; isRight: boolean }
  | { do: 'second-factor'; shown: Shown }
  | { do: 'enrol-at-sign-in'; code: string }
  | { do: 'step-up'; proof: { password: string; isRight: boolean } | Shown; purpose?: string }
  | { do: 'begin' | 'cancel' | 'set-up-later' | 'cancel-set-up' | 'reset-secret' | 'deactivate' | 'renew-codes' }
  | { do: 'validate'; code: string }
  /** @param of the whole code of which this much was typed */
  | { do: 'confirm-codes'; typed: string; of: string }
  | { do: 'look' | 'sign-out' | 'end-other-sessions' }
  | { do: 'change-policy'; changes: Partial<Policy> }
  | { do: 'change-person'; id: string; changes: PersonChanges }

export type Shown = { code: string } | { recoveryCode: string }
export type PersonChanges = { enabled: boolean } | { requireTwoFactor: boolean } | { twoFactorActive: false }

/** One request: who sends it, which tokens (hashed) their browser sends along, and when. */
export type Request = { userId: string; session: string | null; half: string | null; action: Action; now: number }

/** What came back of a request that succeeded, where it is something nobody can know beforehand. */
export type Reply = {
  secret?: string
  recoveryCodes?: string[] | null
  recoverySetId?: string | null
  status?: string
  recoveryCodesLeft?: number
  signedOut?: boolean
}

export type Outcome = { code: 'ok' | ProblemCode; events: string[] }

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const NEW = 'new'

export const hashCode = (typed: string) => hash('sha256', typed.toUpperCase().replace(/[^0-9A-Z]/g, ''), 'base64url')

export const isRequired = ({ policy }: State, { demanded, role }: Account) =>
  demanded ||
  policy.requireTwoFactor === 'everyone' ||
  (policy.requireTwoFactor === 'administrators' && role === 'administrator')

export const statusOf = (state: State, account: Account) =>
  account.app ? 'active' : account.chosen || isRequired(state, account) ? 'pending' : 'disabled'

export const isOver = ({ seenAt, endsAt }: Session, now: number) => now >= endsAt || now - seenAt > 30 * MINUTE
export const isPaused = ({ pausedUntil }: Account, now: number) => pausedUntil !== null && pausedUntil > now
export const isFresh = ({ provedAt }: Session, now: number) => now - provedAt <= 5 * MINUTE
export const stepOf = (now: number) => Math.floor(now / (30 * SECOND))
const codeOf = (secret: string, step: number) => appCode(secret, step * 30 * SECOND)

class Refusal extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode) {
    super(code)
    this.code = code
  }
}

/** Carries a request out on `state` itself. What a refusal has already counted stays counted. */
export function carryOut(state: State, request: Request, reply: Reply | null): Outcome {
  const events: string[] = []
  try {
    new Rules(state, request, reply ?? {}, events).run()
    return { code: 'ok', events }
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, events: [] }
    throw error
  }
}

class Rules {
  readonly #state: State
  readonly #request: Request
  readonly #reply: Reply
  readonly #events: string[]

  constructor(state: State, request: Request, reply: Reply, events: string[]) {
    this.#state = state
    this.#request = request
    this.#reply = reply
    this.#events = events
  }

  run() {
    const { action } = this.#request
    switch (action.do) {
      case 'sign-in':
        return this.#signIn(action.isRight)
      case 'second-factor':
        return this.#secondFactor(action.shown)
      case 'enrol-at-sign-in':
        return this.#enrolAtSignIn(action.code)
      case 'step-up':
        return this.#stepUp(action.proof, action.purpose ?? 'any')
      case 'begin':
        return this.#begin()
      case 'validate':
        return this.#validate(action.code)
      case 'cancel':
        this.#caller().account.candidate = null
        return
      case 'set-up-later':
        return this.#choose(true)
      case 'cancel-set-up':
        return this.#choose(false)
      case 'reset-secret':
        return this.#giveUp('two-factor.reset')
      case 'deactivate':
        return this.#giveUp('two-factor.deactivate')
      case 'renew-codes':
        return this.#renewCodes()
      case 'confirm-codes':
        return this.#confirmCodes(action.of)
      case 'look':
        this.#caller()
        return
      case 'sign-out':
        return this.#signOut()
      case 'end-other-sessions': {
        const { account, session } = this.#caller('recent')
        this.#endAllBut(account, session)
        return this.#tell('sessions.ended')
      }
      case 'change-policy':
        this.#administrator()
        Object.assign(this.#state.policy, action.changes)
        return this.#tell('policy.changed')
      case 'change-person':
        return this.#changePerson(action.id, action.changes)
    }
  }

  // signing in

  #signIn(isRight: boolean) {
    const account = this.#account(this.#request.userId)
    if (!isRight || !account.enabled) throw new Refusal('wrong-credentials')
    this.#proceed(account, ['password'])
  }

  #secondFactor(shown: Shown) {
    const { account, challenge } = this.#challenge('second-factor')
    this.#refusePaused(account)
    challenge.attempts++
    const failures = this.#countTry(account)
    const method = this.#prove(account, shown, failures, false)
    account.challenges = account.challenges.filter((other) => other !== challenge)
    account.failures = 0
    account.pausedUntil = null
    this.#tell('sign-in.second-factor')
    if (method === 'recovery-code') this.#tell('recovery-code.used')
    this.#proceed(account, [...challenge.methods, method])
  }

  #enrolAtSignIn(code: string) {
    const { now } = this.#request
    const { account, challenge } = this.#challenge('enrolment')
    challenge.attempts++
    const candidate = this.#candidate(account, challenge.token)
    if (statusOf(this.#state, account) !== 'pending') throw new Refusal('sign-in-expired')
    const proof = this.#proveCandidate(account, candidate, code)
    this.#promote(account, candidate.secret, proof)
    account.live = this.#sheet(now)
    account.waiting = null
    this.#endAllBut(account, null)
    this.#tell('two-factor.enabled')
    this.#enter(account, [...challenge.methods, 'totp'])
  }

  #proceed(account: Account, methods: string[]) {
    const status = statusOf(this.#state, account)
    const hasShownFactor = methods.length > 1
    if (status === 'active' && !hasShownFactor) return this.#open(account, 'second-factor', methods, 5 * MINUTE)
    if (status !== 'pending') return this.#enter(account, methods)
    this.#open(account, 'enrolment', methods, 10 * MINUTE)
    const { now } = this.#request
    account.candidate = {
      holder: NEW,
      secret: this.#reply.secret ?? '',
      attempts: 0,
      expiresAt: now + 10 * MINUTE,
    }
  }

  #open(account: Account, step: string, methods: string[], lifetime: number) {
    const { now } = this.#request
    const newest = account.challenges.sort((a, b) => b.createdAt - a.createdAt).slice(0, 4)
    const challenge = { token: NEW, step, methods, attempts: 0, createdAt: now, expiresAt: now + lifetime }
    account.challenges = [...newest, challenge]
  }

  #enter(account: Account, methods: string[]) {
    const { session: brought, now } = this.#request
    for (const anybody of Object.values(this.#state.accounts))
      anybody.sessions = anybody.sessions.filter(({ token }) => token !== brought)
    account.sessions.push({
      id: NEW,
      token: NEW,
      previousToken: null,
      methods,
      provedAt: now,
      seenAt: now,
      endsAt: now + 12 * HOUR,
      // whoever came in with a recovery code may make new ones at once
      grant: methods.includes('recovery-code') ? { purpose: 'recovery-codes.renew', until: now + 5 * MINUTE } : null,
    })
    this.#tell('sign-in')
  }

  #signOut() {
    const { half, session: token } = this.#request
    for (const account of Object.values(this.#state.accounts)) {
      account.challenges = account.challenges.filter((challenge) => challenge.token !== half)
      const kept = account.sessions.filter((own) => !token || (own.token !== token && own.previousToken !== token))
      if (kept.length < account.sessions.length) this.#tell('sign-out')
      account.sessions = kept
    }
  }

  // the second factor

  #begin() {
    const { now } = this.#request
    const { account, session } = this.#caller('recent')
    if (account.app) this.#spend(session, 'two-factor.replace')
    const secret = this.#reply.secret ?? ''
    account.candidate = { holder: session.id, secret, attempts: 0, expiresAt: now + 10 * MINUTE }
  }

  #validate(code: string) {
    const { now } = this.#request
    const { account, session } = this.#caller()
    const candidate = this.#candidate(account, session.id)
    const proof = this.#proveCandidate(account, candidate, code)
    const isFirst = !account.app
    this.#promote(account, candidate.secret, proof)
    this.#tell(isFirst ? 'two-factor.enabled' : 'two-factor.replaced')
    if (isFirst) {
      account.live = this.#sheet(now)
      account.waiting = null
    }
    const isSignedOut = isFirst && this.#state.policy.signOutAfterEnrolment
    this.#endAllBut(account, isSignedOut ? null : session)
    if (isSignedOut) return
    this.#renew(session, null)
    session.methods = ['password', 'totp']
  }

  #choose(chosen: boolean) {
    const { account } = this.#caller('recent')
    if (account.app) throw new Refusal('wrong-state')
    if (!chosen && isRequired(this.#state, account)) throw new Refusal('required-by-policy')
    if (account.chosen === chosen) return
    if (account.chosen === chosen) return // it is so already
    this.#removeFactor(account)
    account.chosen = chosen
    this.#tell(chosen ? 'two-factor.pending' : 'two-factor.pending-cancelled')
  }

  #giveUp(purpose: 'two-factor.reset' | 'two-factor.deactivate') {
    const { account, session } = this.#caller()
    const isReset = purpose === 'two-factor.reset'
    if (!account.app) throw new Refusal('wrong-state')
    if (!isReset && isRequired(this.#state, account)) throw new Refusal('required-by-policy')
    this.#spend(session, purpose)
    this.#removeFactor(account)
    account.chosen = isReset
    this.#endAllBut(account, session)
    this.#tell(isReset ? 'two-factor.secret-reset' : 'two-factor.deactivated')
  }

  #renewCodes() {
    const { account, session } = this.#caller()
    if (!account.app) throw new Refusal('wrong-state')
    this.#spend(session, 'recovery-codes.renew')
    account.waiting = this.#sheet(this.#request.now)
    this.#tell('recovery-codes.shown')
  }

  #confirmCodes(of: string) {
    const { now } = this.#request
    const { account } = this.#caller('recent')
    const { waiting } = account
    if (!waiting || waiting.attempts >= 5 || waiting.createdAt <= now - HOUR) throw new Refusal('no-longer-valid')
    waiting.attempts++
    if (waiting.codes[hashCode(of)] === undefined) {
      if (waiting.attempts >= 5) account.waiting = null
      throw new Refusal('wrong-code')
    }
    account.live = waiting
    account.waiting = null
    this.#tell('recovery-codes.renewed')
  }

  #stepUp(proof: { password: string; isRight: boolean } | Shown, purpose: string) {
    const { account, session } = this.#caller()
    if (account.app) {
      if ('password' in proof) throw new Refusal('step-up-required')
      this.#refusePaused(account)
      const method = this.#prove(account, proof, this.#countTry(account), true)
      if (method === 'recovery-code') this.#tell('recovery-code.used')
      account.failures--
      account.pausedUntil = null
    } else {
      if (!('password' in proof)) throw new Refusal('step-up-required')
      if (!proof.isRight) throw new Refusal('wrong-password')
    }
    this.#tell('step-up')
    this.#renew(session, { purpose, until: this.#request.now + 5 * MINUTE })
  }

  // administrators

  #changePerson(id: string, changes: PersonChanges) {
    this.#administrator()
    const account = this.#account(id)
    if ('twoFactorActive' in changes) {
      if (id === this.#request.userId) throw new Refusal('not-for-yourself')
      if (!account.app && !account.chosen) return
      if (!account.app && !account.chosen) return
      this.#removeFactor(account)
      account.chosen = false
      this.#endAllBut(account, null)
      return this.#tell('two-factor.reset')
    }
    if ('enabled' in changes) {
      const others = Object.values(this.#state.accounts).filter(
        (other) => other !== account && other.enabled && other.role === 'administrator',
      )
      const isLast = account.enabled && account.role === 'administrator' && others.length === 0
      if (!changes.enabled && isLast) throw new Refusal('last-administrator')
      account.enabled = changes.enabled
      if (!changes.enabled) this.#endAllBut(account, null)
    } else account.demanded = changes.requireTwoFactor
    this.#tell('account.changed')
  }

  // what several of them need

  #account(id: string): Account {
    const account = this.#state.accounts[id]
    if (!account) throw new Error(`Nobody is ${id}`)
    return account
  }

  #caller(proof?: 'recent') {
    const { session: token, now } = this.#request
    for (const account of Object.values(this.#state.accounts)) {
      const session = account.sessions.find((own) => own.token === token)
      if (!session || !account.enabled || isOver(session, now)) continue
      if (now - session.seenAt > MINUTE) session.seenAt = now
      if (proof && !isFresh(session, now)) throw new Refusal('step-up-required')
      return { account, session }
    }
    throw new Refusal('not-signed-in')
  }

  #administrator() {
    const { account, session } = this.#caller()
    if (account.role !== 'administrator') throw new Refusal('forbidden')
    if (!isFresh(session, this.#request.now)) throw new Refusal('step-up-required')
  }

  #challenge(step: string) {
    const { half, now } = this.#request
    for (const account of Object.values(this.#state.accounts)) {
      const challenge = account.challenges.find((open) => open.token === half && open.step === step)
      if (challenge && challenge.attempts < 5 && challenge.expiresAt > now) return { account, challenge }
    }
    throw new Refusal('sign-in-expired')
  }

  #candidate({ candidate }: Account, holder: string) {
    const { now } = this.#request
    if (!candidate || candidate.holder !== holder || candidate.attempts >= 5 || candidate.expiresAt <= now)
      throw new Refusal('no-longer-valid')
    candidate.attempts++
    return candidate
  }

  #proveCandidate(account: Account, { secret, attempts }: { secret: string; attempts: number }, code: string) {
    const present = stepOf(this.#request.now)
    const step = [present, present - 1, present + 1].find((near) => codeOf(secret, near) === code)
    if (step !== undefined || attempts >= 5) account.candidate = null
    if (step === undefined) throw new Refusal('wrong-code')
    return { lastStep: step, drift: step > present ? 1 : 0 }
  }

  #promote(account: Account, secret: string, proof: { lastStep: number; drift: number }) {
    account.app = { id: NEW, secret, ...proof, earlySteps: [] }
    account.chosen = false
  }

  #refusePaused(account: Account) {
    if (isPaused(account, this.#request.now)) throw new Refusal('too-many-attempts')
  }

  #countTry(account: Account) {
    account.failures++
    account.pausedUntil = account.failures % 10 === 0 ? this.#request.now + 15 * MINUTE : null
    return account.failures
  }

  #prove({ live, app }: Account, shown: Shown, failures: number, explain: boolean): 'totp' | 'recovery-code' {
    if ('recoveryCode' in shown) {
      const key = hashCode(shown.recoveryCode)
      if (live?.codes[key] !== false) throw new Refusal('wrong-code')
      live.codes[key] = true
      return 'recovery-code'
    }
    if (!app || failures > 100) throw new Refusal('wrong-code')
    const present = stepOf(this.#request.now)
    const isOf = (step: number) => codeOf(app.secret, step) === shown.code
    const step = [present + app.drift, present + app.drift - 1].find(isOf)
    if (step === undefined) {
      const near = Array.from({ length: 21 }, (_, index) => present - 10 + index).find(isOf)
      if (explain && near !== undefined && near > present)
        app.earlySteps = [...app.earlySteps.filter((early) => early >= present), near]
      throw new Refusal('wrong-code')
    }
    if (step <= app.lastStep || app.earlySteps.includes(step)) throw new Refusal('code-already-used')
    app.lastStep = step
    return 'totp'
  }

  #sheet(now: number): Sheet {
    const codes = this.#reply.recoveryCodes ?? []
    return {
      label: this.#reply.recoverySetId ?? '',
      createdAt: now,
      attempts: 0,
      codes: Object.fromEntries(codes.map((code) => [hashCode(code), false])),
    }
  }

  #spend(session: Session, purpose: string) {
    const { grant } = session
    if (!grant || ![purpose, 'any'].includes(grant.purpose) || grant.until <= this.#request.now)
      throw new Refusal('step-up-required')
    session.grant = null
  }

  #renew(session: Session, grant: Session['grant']) {
    session.previousToken = session.token
    session.token = NEW
    session.provedAt = this.#request.now
    session.grant = grant
  }

  #removeFactor(account: Account) {
    Object.assign(account, { app: null, candidate: null, live: null, waiting: null, failures: 0, pausedUntil: null })
  }

  #endAllBut(account: Account, kept: Session | null) {
    account.challenges = []
    account.sessions = account.sessions.filter((session) => session === kept)
  }

  #tell(event: string) {
    this.#events.push(event)
  }
}
