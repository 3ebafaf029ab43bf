import { expect, test } from 'vitest'
import { type Door, type Right, rightsOf } from './rights.ts'

const all: Right[] = [
  'account:read',
  'account:security',
  'account:write',
  'users:read',
  'users:write',
  'policy:read',
  'policy:write',
  'introspect',
]
const own: Right[] = ['account:read', 'account:security', 'account:write']

test.each([
  ['administrator', 'browser', all],
  ['administrator', 'api', all],
  ['member', 'browser', own],
  ['member', 'api', own],
  ['read-only', 'browser', ['account:read', 'account:security']],
  ['read-only', 'api', ['account:read']],
  ['service', 'browser', []],
  ['service', 'api', ['introspect']],
] as const)('AK-05 AD-05 a %s may do through the %s exactly this', (role, door, rights) => {
  expect(rightsOf(role, door).toSorted()).toEqual([...rights].toSorted())
})

test('AD-05 nobody but an administrator has a right over anybody else, and nobody more through a program', () => {
  const doors: Door[] = ['browser', 'api']
  for (const role of ['member', 'read-only', 'service'] as const)
    for (const door of doors) expect(rightsOf(role, door).filter((right) => /^(users|policy):/.test(right))).toEqual([])
  for (const role of ['administrator', 'member', 'read-only'] as const)
    for (const right of rightsOf(role, 'api')) expect(rightsOf(role, 'browser')).toContain(right)
})
