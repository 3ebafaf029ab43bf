import { showSecondFactor } from '@latchkey/contract/sign-in'
import { type StepUpPurpose, stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, validateAuthenticator } from '@latchkey/contract/two-factor'
import { appCode } from '../../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../../testing/browser.ts'
import type { Person, World } from '../../testing/world.ts'

/** What the real server processes need: nobody moves the clock, so codes are as scarce as they are in life. */
export type Enrolled = Person & {
  /** the code nobody used yet; the one before it went into the enrolment */
  code: string
  secret: string
  recoveryCodes: string[]
}

/** A fresh person whose authenticator was proved with the code of the step before this one. */
export async function enrolled(w: World): Promise<Enrolled> {
  const person = await w.signedIn()
  const { secret } = await person.browser.call(beginAuthenticator)
  const { recoveryCodes, now } = await proveWithEarlierCode(w, person.browser, secret)
  return { ...person, secret, recoveryCodes, code: appCode(secret, now) }
}

/** A step may end between reading the clock and being judged: then the code is too old, and the next one is not. */
async function proveWithEarlierCode(w: World, browser: TestBrowser, secret: string) {
  for (;;) {
    const now = w.deps.now()
    const proof = browser.call(validateAuthenticator, { body: { code: appCode(secret, now - 30_000) } })
    const reply = await proof.catch(() => null)
    if (reply) return { recoveryCodes: reply.recoveryCodes ?? [], now }
    if (w.deps.now() % 30_000 > now % 30_000) throw await problemOf(proof)
  }
}

/** A browser that is signed in, paid for with a recovery code. */
export async function signedInWith(w: World, person: Person, recoveryCode: string | undefined) {
  const browser = await w.browserOf(person)
  await browser.call(showSecondFactor, { body: { recoveryCode: recoveryCode ?? '' } })
  return browser
}

/** A signed-in browser with one grant for one action: takes two recovery codes. */
export async function withGrant(w: World, person: Person, codes: (string | undefined)[], purpose: StepUpPurpose) {
  const browser = await signedInWith(w, person, codes[0])
  await browser.call(stepUp, { body: { recoveryCode: codes[1] ?? '', purpose } })
  return browser
}
