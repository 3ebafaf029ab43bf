import { appCode } from '../../testing/authenticator-app.ts'
import type { Dice } from './dice.ts'
import { type Action, hashCode, isFresh, isOver, type PersonChanges, type Shown, stepOf } from './model-rules.ts'
import type { Account, Session, State } from './model-state.ts'

/** What people and whoever watched them know: everything that was ever shown to them. */
export type Knowledge = {
  password: Record<string, string>
  /** every secret that was ever shown to a person */
  secrets: Record<string, string[]>
  /** every recovery code that was ever shown to anybody, by its hash */
  codes: Map<string, string>
}

/** Where a browser stands; the hashes of its cookies. */
export type Standpoint = { userId: string; session: string | null; half: string | null }

const PURPOSES = ['two-factor.replace', 'two-factor.reset', 'two-factor.deactivate', 'recovery-codes.renew'] as const

const STEP = 30_000

/**
 * What somebody in a browser does next. Mostly something that makes sense where they are, so that a run gets around;
 * often enough something wrong, late, replayed or out of place.
 */
export function chooseAction(
  dice: Dice,
  state: State,
  clock: { now: number },
  known: Knowledge,
  at: Standpoint,
): Action {
  const account = state.accounts[at.userId] as Account
  const session = account.sessions.find(
    ({ token, ...own }) => token === at.session && !isOver({ token, ...own }, clock.now),
  )
  const half = account.challenges.find(({ token }) => token === at.half)
  const isMisplaced = dice.chance(0.05)
  const choices = new Choices(dice, state, clock, known, at, account)
  if (isMisplaced) return choices.anything()
  if (session) return choices.signedIn(session)
  if (half && half.attempts < 5 && half.expiresAt > clock.now) return choices.half(half.step)
  return choices.outside()
}

class Choices {
  readonly #dice: Dice
  readonly #state: State
  readonly #clock: { now: number }
  readonly #known: Knowledge
  readonly #at: Standpoint
  readonly #account: Account

  constructor(dice: Dice, state: State, clock: { now: number }, known: Knowledge, at: Standpoint, account: Account) {
    this.#dice = dice
    this.#state = state
    this.#clock = clock
    this.#known = known
    this.#at = at
    this.#account = account
  }

  outside(): Action {
    return this.#dice.weigh<() => Action>([
      // who is disabled soon stops trying; a hundred failures in a row are another test's matter
      [this.#account.enabled ? 85 : 10, () => this.#signIn(0.93)],
      [5, () => ({ do: 'look' })],
      [2, () => ({ do: 'sign-out' })],
      [5, () => this.anything()],
    ])()
  }

  half(step: string): Action {
    const factor = (): Action => ({ do: 'second-factor', shown: this.#shown() })
    const enrol = (): Action => ({ do: 'enrol-at-sign-in', code: this.#candidateCode() })
    return this.#dice.weigh<() => Action>([
      [85, step === 'enrolment' ? enrol : factor],
      [7, () => this.#signIn(0.9)],
      [3, () => ({ do: 'sign-out' })],
      [5, () => this.anything()],
    ])()
  }

  signedIn(session: Session): Action {
    const { role, app, candidate, waiting } = this.#account
    const isStale = !isFresh(session, this.#clock.now)
    if (isStale && this.#dice.chance(0.6)) return this.#stepUp()
    if (role === 'administrator' && this.#dice.chance(0.45)) return this.administration()
    if (session.grant && this.#dice.chance(0.7)) return this.#granted(session.grant.purpose)
    if (candidate?.holder === session.id && this.#dice.chance(0.6))
      return this.#dice.chance(0.9) ? { do: 'validate', code: this.#candidateCode() } : { do: 'cancel' }
    if (waiting && this.#dice.chance(0.3)) return this.#confirm()
    return app ? this.#protectedPanel() : this.#openPanel()
  }

  #openPanel(): Action {
    return this.#dice.weigh<() => Action>([
      [40, () => ({ do: 'begin' })],
      [12, () => ({ do: 'set-up-later' })],
      [8, () => ({ do: 'cancel-set-up' })],
      [6, () => this.#stepUp()],
      [3, () => ({ do: 'sign-out' })],
      [5, () => ({ do: 'end-other-sessions' })],
      [6, () => ({ do: 'look' })],
      [5, () => this.anything()],
    ])()
  }

  #protectedPanel(): Action {
    return this.#dice.weigh<() => Action>([
      [50, () => this.#stepUp()],
      [8, () => this.#granted(this.#dice.pick(PURPOSES))],
      [3, () => ({ do: 'sign-out' })],
      [5, () => ({ do: 'end-other-sessions' })],
      [6, () => ({ do: 'look' })],
      [5, () => this.anything()],
    ])()
  }

  #granted(purpose: string): Action {
    switch (purpose) {
      case 'two-factor.replace':
        return { do: 'begin' }
      case 'two-factor.reset':
        return { do: 'reset-secret' }
      case 'two-factor.deactivate':
        return { do: 'deactivate' }
      case 'recovery-codes.renew':
        return { do: 'renew-codes' }
      default:
        return this.#granted(this.#dice.pick(PURPOSES))
    }
  }

  administration(): Action {
    if (this.#dice.chance(0.25))
      return {
        do: 'change-policy',
        changes: this.#dice.chance(0.4)
          ? { signOutAfterEnrolment: this.#dice.chance(0.5) }
          : { requireTwoFactor: this.#dice.pick(['nobody', 'nobody', 'administrators', 'everyone']) },
      }
    const id = this.#somebody()
    const isIn = this.#state.accounts[id]?.enabled
    return {
      do: 'change-person',
      id,
      changes: isIn || this.#dice.chance(0.2) ? this.#personChanges() : { enabled: true },
    }
  }

  /** Whoever is disabled is let in again before long, or the run would fall silent. */
  #somebody() {
    const all = Object.keys(this.#state.accounts)
    const disabled = all.filter((id) => !this.#state.accounts[id]?.enabled)
    return disabled.length > 0 && this.#dice.chance(0.8) ? this.#dice.pick(disabled) : this.#dice.pick(all)
  }

  #personChanges(): PersonChanges {
    return this.#dice.weigh<PersonChanges>([
      [4, { enabled: true }],
      [10, { enabled: false }],
      [12, { requireTwoFactor: true }],
      [15, { requireTwoFactor: false }],
      [18, { twoFactorActive: false }],
    ])
  }

  anything(): Action {
    return this.#dice.weigh<() => Action>([
      [1, () => this.#signIn(0.5)],
      [1, () => ({ do: 'second-factor', shown: this.#shown() })],
      [1, () => ({ do: 'enrol-at-sign-in', code: this.#candidateCode() })],
      [1, () => ({ do: 'validate', code: this.#candidateCode() })],
      [1, () => this.#confirm()],
      [1, () => this.#stepUp()],
      [1, () => this.administration()],
      [
        2,
        () => ({
          do: this.#dice.pick([
            'begin',
            'cancel',
            'set-up-later',
            'cancel-set-up',
            'reset-secret',
            'deactivate',
          ] as const),
        }),
      ],
      [1, () => ({ do: this.#dice.pick(['renew-codes', 'look', 'sign-out', 'end-other-sessions'] as const) })],
    ])()
  }

  #signIn(probability: number): Action {
    const isRight = this.#dice.chance(probability)
    return { do: 'sign-in', isRight, password: this.#password(isRight) }
  }

  #password(isRight: boolean) {
    return isRight ? (this.#known.password[this.#at.userId] ?? '') : 'a password of nobody at all'
  }

  #stepUp(): Action {
    const { app } = this.#account
    const withPassword = this.#dice.chance(0.95) === !app
    const isRight = this.#dice.chance(0.9)
    const proof = withPassword ? { password: this.#password(isRight), isRight } : this.#shown()
    return { do: 'step-up', proof, ...(this.#dice.chance(0.8) && { purpose: this.#dice.pick(PURPOSES) }) }
  }

  #confirm(): Action {
    const waiting = Object.keys(this.#account.waiting?.codes ?? {})
    const live = Object.keys(this.#account.live?.codes ?? {})
    const of = this.#plain(this.#dice.chance(0.75) ? waiting : live)
    return { do: 'confirm-codes', of, typed: this.#dice.chance(0.5) ? of : of.slice(-6) }
  }

  /** A second factor, right or wrong in one of the ways there are. */
  #shown(): Shown {
    const { app, live, waiting } = this.#account
    const [used, unused] = [true, false].map((isUsed) =>
      Object.entries(live?.codes ?? {}).flatMap(([key, spent]) => (spent === isUsed ? [key] : [])),
    ) as [string[], string[]]
    return this.#dice.weigh<() => Shown>([
      [60, () => ({ code: this.#freshCode() })],
      [4, () => ({ code: this.#codeOf(app?.secret, stepOf(this.#clock.now) - 1) })],
      [4, () => ({ code: this.#codeOf(app?.secret, stepOf(this.#clock.now) + 1) })],
      [6, () => ({ code: this.#codeOf(app?.secret, app?.lastStep ?? 0) })],
      [2, () => ({ code: this.#codeOf(app?.secret, stepOf(this.#clock.now) + 2 + this.#dice.below(8)) })],
      [5, () => ({ code: this.#codeOf(this.#otherSecret(), stepOf(this.#clock.now)) })],
      [4, () => ({ code: String(this.#dice.below(1_000_000)).padStart(6, '0') })],
      [9, () => ({ recoveryCode: this.#plain(unused) })],
      [6, () => ({ recoveryCode: this.#plain(used) })],
      [6, () => ({ recoveryCode: this.#plain(Object.keys(waiting?.codes ?? {})) })],
      [2, () => ({ recoveryCode: this.#dice.pick(['222222-222222-222222-222222', ...this.#known.codes.values()]) })],
    ])()
  }

  /** What the person's app will show next; they wait for it when the present one is used. */
  #freshCode() {
    const { app } = this.#account
    if (!app) return '000000'
    const isUsed = (step: number) => step <= app.lastStep || app.earlySteps.includes(step)
    if (this.#dice.chance(0.9))
      while (isUsed(stepOf(this.#clock.now) + app.drift)) this.#clock.now += STEP - (this.#clock.now % STEP)
    return this.#codeOf(app.secret, stepOf(this.#clock.now) + app.drift)
  }

  #candidateCode() {
    const secret = this.#account.candidate?.secret
    const steps = this.#dice.weigh([
      [50, 0],
      [15, -1],
      [15, 1],
      [5, -2],
      [5, 2],
    ] as const)
    return this.#codeOf(this.#dice.chance(0.9) ? secret : this.#otherSecret(), stepOf(this.#clock.now) + steps)
  }

  #codeOf(secret: string | undefined, step: number) {
    return secret ? appCode(secret, step * STEP) : '000000'
  }

  /** One that was shown to this person and is not the one in use: an old one, or one that was never proved. */
  #otherSecret() {
    const others = (this.#known.secrets[this.#at.userId] ?? []).filter((secret) => secret !== this.#account.app?.secret)
    return others.length > 0 ? this.#dice.pick(others.slice(-5)) : undefined
  }

  #plain(hashes: string[]) {
    return (hashes.length > 0 && this.#known.codes.get(this.#dice.pick(hashes))) || '333333-333333-333333-333333'
  }
}

/** Everything a reply shows is known from then on. */
export function learn(known: Knowledge, userId: string, reply: { secret?: string; recoveryCodes?: string[] | null }) {
  const { secret, recoveryCodes } = reply
  if (secret) known.secrets[userId] = [...(known.secrets[userId] ?? []), secret]
  // in the panel it is how many are left, not which
  for (const code of Array.isArray(recoveryCodes) ? recoveryCodes : []) known.codes.set(hashCode(code), code)
}
