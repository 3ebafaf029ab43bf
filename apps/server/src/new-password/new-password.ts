import { checkNewPassword, MAXIMUM_CODE_POINTS } from '@latchkey/auth-core/password-policy'
import { Problem } from '@latchkey/contract/problem'
import type { Config } from '../config.ts'
import type { Deps } from '../deps.ts'
import { readPolicy } from '../installation/installation.ts'
import { loadCommonPasswords } from './common-passwords.ts'

/** Whose password it is to be: what an attacker would try first for this person. */
type Person = { username: string; displayName: string; email?: string | null | undefined }

/** What a form says while a new password is typed; lengths in code points. */
export async function passwordRules({ db }: Pick<Deps, 'db'>) {
  const { minimumPasswordLength } = await readPolicy(db)
  return { minimumLength: minimumPasswordLength, maximumLength: MAXIMUM_CODE_POINTS }
}

/**
 * The one gate every new password passes, wherever it comes from.
 * @param pointer where the password stands in the request
 * @throws Problem invalid-input
 */
export async function acceptNewPassword(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  { password, person, pointer }: { password: string; person: Person; pointer: string },
) {
  const { minimumLength: minimum } = await passwordRules({ db })
  const verdict = await judgeNewPassword(config, { password, minimum, person })
  if (verdict.ok) return
  const limit = verdict.reason === 'too-short' ? { limit: minimum } : {}
  throw new Problem('invalid-input', { errors: [{ pointer, code: verdict.reason, ...limit }] })
}

/** Judges a password by length, by the list of common ones, and by what is known of the person and this site. */
export async function judgeNewPassword(
  { publicUrl }: Config,
  { password, minimum, person }: { password: string; minimum: number; person: Person },
) {
  const words = [person.username, person.displayName, person.email ?? '', publicUrl.hostname]
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word !== 'com' && word !== 'www')
  const common = await loadCommonPasswords()
  const isCommon = (word: string) => common.has(word)
  return checkNewPassword(password, { minimum, context: ['latchkey', ...words], isCommon })
}
