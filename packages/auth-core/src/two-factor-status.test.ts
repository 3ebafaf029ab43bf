import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRequired, twoFactorStatus } from './two-factor-status.ts'

test('only a proved authenticator is Active, whatever is wished or demanded', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (proved, chosen, required) => {
      const status = twoFactorStatus({ proved, chosen, required })
      expect(status === 'active').toBe(proved)
      expect(status === 'disabled').toBe(!proved && !chosen && !required)
    }),
  )
})

test.each([
  { policy: 'nobody' as const, role: 'administrator', demanded: false, required: false },
  { policy: 'nobody' as const, role: 'member', demanded: true, required: true },
  { policy: 'administrators' as const, role: 'administrator', demanded: false, required: true },
  { policy: 'administrators' as const, role: 'member', demanded: false, required: false },
  { policy: 'administrators' as const, role: 'member', demanded: true, required: true },
  { policy: 'everyone' as const, role: 'service', demanded: true, required: false },
  { policy: 'everyone' as const, role: 'read-only', demanded: false, required: true },
])(
  'policy $policy asks a $role (demanded: $demanded) for a factor: $required',
  ({ policy, role, demanded, required }) => {
    expect(isRequired(policy, { role, requireTwoFactor: demanded })).toBe(required)
  },
)
