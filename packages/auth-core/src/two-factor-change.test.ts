import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextStep, type SignInStep } from './sign-in-steps.ts'
import type { Proof } from './step-up.ts'
import { checkFirstCode, checkTotp, codeAt, formatSecret } from './totp.ts'
import { changeTwoFactor, type TwoFactorAction } from './two-factor-change.ts'
import { type TwoFactorFacts, twoFactorStatus } from './two-factor-status.ts'

const actions: TwoFactorAction[] = ['set-up-later', 'cancel-set-up', 'reset-secret', 'deactivate', 'reset-for-person']
const facts = fc.record({ proved: fc.boolean(), chosen: fc.boolean(), required: fc.boolean() })

test.each`
  from          | required | action                | to
  ${'disabled'} | ${false} | ${'set-up-later'}     | ${'pending'}
  ${'pending'}  | ${false} | ${'set-up-later'}     | ${'pending'}
  ${'active'}   | ${false} | ${'set-up-later'}     | ${'wrong-state'}
  ${'disabled'} | ${false} | ${'cancel-set-up'}    | ${'disabled'}
  ${'pending'}  | ${false} | ${'cancel-set-up'}    | ${'disabled'}
  ${'pending'}  | ${true}  | ${'cancel-set-up'}    | ${'required-by-policy'}
  ${'active'}   | ${false} | ${'cancel-set-up'}    | ${'wrong-state'}
  ${'disabled'} | ${false} | ${'reset-secret'}     | ${'wrong-state'}
  ${'pending'}  | ${true}  | ${'reset-secret'}     | ${'wrong-state'}
  ${'active'}   | ${false} | ${'reset-secret'}     | ${'pending'}
  ${'active'}   | ${true}  | ${'reset-secret'}     | ${'pending'}
  ${'disabled'} | ${false} | ${'deactivate'}       | ${'wrong-state'}
  ${'pending'}  | ${false} | ${'deactivate'}       | ${'wrong-state'}
  ${'active'}   | ${false} | ${'deactivate'}       | ${'disabled'}
  ${'active'}   | ${true}  | ${'deactivate'}       | ${'required-by-policy'}
  ${'active'}   | ${false} | ${'reset-for-person'} | ${'disabled'}
  ${'active'}   | ${true}  | ${'reset-for-person'} | ${'pending'}
  ${'pending'}  | ${false} | ${'reset-for-person'} | ${'disabled'}
`('$from, required: $required, $action: $to', ({ from, required, action, to }) => {
  const before = { proved: from === 'active', chosen: from === 'pending', required }
  const verdict = changeTwoFactor(action, before)
  expect(verdict.ok ? twoFactorStatus({ ...verdict, required }) : verdict.reason).toBe(to)
})

test('nothing but a reset from outside leaves somebody of whom a factor is demanded without the demand', () => {
  fc.assert(
    fc.property(fc.constantFrom(...actions), facts, (action, before) => {
      const verdict = changeTwoFactor(action, before)
      if (!verdict.ok || !before.required) return
      expect(twoFactorStatus({ ...verdict, required: true })).not.toBe('disabled')
      if (before.proved && !verdict.proved) expect(['reset-secret', 'reset-for-person']).toContain(action)
    }),
  )
})

test('no action makes a factor: only a proved code does', () => {
  fc.assert(
    fc.property(fc.constantFrom(...actions), facts, (action, before) => {
      const verdict = changeTwoFactor(action, before)
      if (verdict.ok) expect(verdict.proved && !before.proved).toBe(false)
    }),
  )
})

describe('what is asked next while signing in', () => {
  const account = fc.record({
    twoFactor: fc.constantFrom('disabled' as const, 'pending' as const, 'active' as const),
    passwordChangeRequired: fc.boolean(),
  })

  test('SI-06 nobody is signed in with a factor unproved, a given password kept, or a factor still owed', () => {
    fc.assert(
      fc.property(account, fc.subarray<Proof>(['password', 'totp', 'recovery-code']), (person, proved) => {
        if (nextStep(person, proved) !== 'signed-in') return
        expect(person.passwordChangeRequired).toBe(false)
        expect(person.twoFactor).not.toBe('pending')
        if (person.twoFactor === 'active')
          expect(proved.includes('totp') || proved.includes('recovery-code')).toBe(true)
      }),
    )
  })

  test('it ends: each step, once done, is not asked again', () => {
    fc.assert(
      fc.property(account, (person) => {
        const asked: SignInStep[] = []
        let now = person
        let proved: Proof[] = ['password']
        for (let step = nextStep(now, proved); step !== 'signed-in'; step = nextStep(now, proved)) {
          expect(asked).not.toContain(step)
          asked.push(step)
          if (step === 'new-password') now = { ...now, passwordChangeRequired: false }
          else proved = [...proved, 'totp']
          if (step === 'enrolment') now = { ...now, twoFactor: 'active' }
        }
        expect(asked.length).toBeLessThanOrEqual(2)
      }),
    )
  })
})

/**
 * A whole account in memory, changed by the rules of this package alone. Time moves by one step of TOTP with every
 * action, so that a phone always has a code nobody used.
 */
class Account {
  facts: TwoFactorFacts = { proved: false, chosen: false, required: false }
  passwordChangeRequired = false
  authenticator: { secret: string; lastStep: number; drift: number } | null = null
  unused = 0
  step = 56_000_000
  #secrets = 0

  newSecret = () => formatSecret(Uint8Array.from({ length: 20 }, (_, i) => (++this.#secrets * 31 + i * 7) & 255))
  now = () => this.step * 30_000

  prove(code: string) {
    if (!this.authenticator) return false
    const verdict = checkTotp({ ...this.authenticator, code, now: this.now(), earlySteps: [] })
    if (verdict.ok) this.authenticator.lastStep = verdict.step
    return verdict.ok
  }

  enrol(secret: string, code: string) {
    const verdict = checkFirstCode({ secret, code, now: this.now() })
    if (!verdict.ok) return false
    if (!this.authenticator) this.unused = 10
    this.authenticator = { secret, lastStep: verdict.step, drift: verdict.drift }
    this.facts = { ...this.facts, proved: true, chosen: false }
    return true
  }

  change(action: TwoFactorAction) {
    const verdict = changeTwoFactor(action, this.facts)
    if (!verdict.ok) return
    this.facts = { ...this.facts, proved: verdict.proved, chosen: verdict.chosen }
    if (verdict.proved) return
    this.authenticator = null
    this.unused = 0
  }

  /** Somebody who knows the password and holds `phone` and this many codes. @returns whether they get in */
  signIn(phone: string | null, codes: number): boolean {
    const proved: Proof[] = ['password']
    for (;;) {
      const step = nextStep({ ...this, twoFactor: twoFactorStatus(this.facts) }, proved)
      switch (step) {
        case 'signed-in':
          return true
        case 'second-factor':
          if (phone && this.prove(codeAt(phone, this.step))) proved.push('totp')
          else if (codes > 0 && this.unused > 0) {
            this.unused--
            proved.push('recovery-code')
          } else return false
          break
        case 'new-password':
          this.passwordChangeRequired = false
          break
        case 'enrolment': {
          const secret = this.newSecret()
          if (!this.enrol(secret, codeAt(secret, this.step))) return false
          proved.push('totp')
        }
      }
    }
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant('change' as const), action: fc.constantFrom(...actions) }),
  fc.record({ do: fc.constantFrom('enrol' as const, 'enrol-wrong' as const, 'give-password' as const) }),
  fc.record({ do: fc.constant('sign-in' as const), with: fc.constantFrom('phone' as const, 'code' as const) }),
  fc.record({ do: fc.constant('demand' as const), required: fc.boolean() }),
)

test('over any sequence of actions, a password with the last proved factor or one unused code lets its owner in', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const account = new Account()
      for (const one of steps) {
        account.step++
        const before = account.facts
        if (one.do === 'change') account.change(one.action)
        if (one.do === 'demand') account.facts = { ...account.facts, required: one.required }
        if (one.do === 'give-password') account.passwordChangeRequired = true
        const secret = account.newSecret()
        if (one.do === 'enrol') account.enrol(secret, codeAt(secret, account.step))
        if (one.do === 'enrol-wrong') {
          account.enrol(secret, codeAt(secret, account.step - 5))
          expect(account.facts).toEqual(before) // an abandoned or failed set-up changes nothing
        }
        if (one.do === 'sign-in' && (one.with === 'phone' || account.unused > 0 || !account.authenticator)) {
          const phone = one.with === 'phone' ? (account.authenticator?.secret ?? null) : null
          expect(account.signIn(phone, 1)).toBe(true)
        }

        // I1, I2 and the demand
        expect(account.facts.proved).toBe(account.authenticator !== null)
        if (!account.facts.proved) expect(account.unused).toBe(0)
        if (account.facts.required) expect(twoFactorStatus(account.facts)).not.toBe('disabled')
      }
      account.step++
      const phone = account.authenticator?.secret ?? null
      expect(account.signIn(phone, 0)).toBe(true)
      account.step++
      if (account.unused > 0) expect(account.signIn(null, 1)).toBe(true)
      // and nobody with the password alone, or with a phone that was replaced
      if (account.authenticator) expect(account.signIn(account.newSecret(), 0)).toBe(false)
    }),
    { numRuns: 300 },
  )
})
