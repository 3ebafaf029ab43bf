import { checkNewPassword } from '@latchkey/auth-core/password-policy'
import { Problem } from '@latchkey/contract/problem'
import type { Config } from '../config.ts'
import { loadCommonPasswords } from './common-passwords.ts'

/** Whose password it is to be: what an attacker would try first for this person. */
type Person = { username: string; displayName: string; email?: string | null | undefined }

/**
 * The one gate every new password passes, wherever it comes from.
 * @param minimum code points, from the policy
 * @param pointer where the password stands in the request
 * @throws Problem invalid-input
 */
export async function acceptNewPassword(
  { publicUrl }: Config,
  { password, minimum, person, pointer }: { password: string; minimum: number; person: Person; pointer: string },
) {
  const words = [person.username, person.displayName, person.email ?? '', publicUrl.hostname]
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((word) => word !== 'com' && word !== 'www')
  const common = await loadCommonPasswords()
  const isCommon = (word: string) => common.has(word)
  const verdict = checkNewPassword(password, { minimum, context: ['latchkey', ...words], isCommon })
  if (verdict.ok) return
  const limit = verdict.reason === 'too-short' ? { limit: minimum } : {}
  throw new Problem('invalid-input', { errors: [{ pointer, code: verdict.reason, ...limit }] })
}
