import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLastAdministrator } from './last-administrator.ts'

const standing = fc.record({
  role: fc.constantFrom('administrator', 'member', 'read-only', 'service'),
  enabled: fc.boolean(),
})
const administers = ({ role, enabled }: { role: string; enabled: boolean }) => enabled && role === 'administrator'

test('I4 over any sequence of changes that are not refused, an enabled administrator stays', () => {
  fc.assert(
    fc.property(
      fc.array(standing, { minLength: 1, maxLength: 5 }),
      fc.array(fc.tuple(fc.nat(5), standing), { maxLength: 20 }),
      (people, changes) => {
        const all = [{ role: 'administrator', enabled: true }, ...people]
        for (const [index, after] of changes) {
          const before = all[index % all.length] as (typeof all)[number]
          const administrators = all.filter(administers).length
          const isRefused = isLastAdministrator(administrators, before, after)
          if (!isRefused) all[index % all.length] = after
          // refused only when it must be
          else expect(administrators === 1 && administers(before) && !administers(after)).toBe(true)
          expect(all.some(administers)).toBe(true)
        }
      },
    ),
  )
})
