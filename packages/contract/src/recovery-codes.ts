import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { recoveryCode } from './fields.ts'

export const renewRecoveryCodes = endpoint('POST', '/account/recovery-codes', {
  summary: 'Ten new recovery codes, shown this once; the present ones work until one of the new ones is typed back',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'always',
  reply: z.object({ recoveryCodes: z.array(z.string()), recoverySetId: z.string() }),
  status: 201,
  problems: ['wrong-state'],
})

export const confirmRecoveryCodes = endpoint('POST', '/account/recovery-codes/confirm', {
  summary: 'Put the new recovery codes in place of the old: one of them typed back, whole or its last group',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  body: z.strictObject({ recoveryCode }),
  problems: ['wrong-code', 'no-longer-valid'],
})
