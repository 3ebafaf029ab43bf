import { expect, test } from 'vitest'
import { json, table } from './table.ts'

test('nobody fakes a column or moves a terminal’s cursor with their name', () => {
  const rows = [
    ['NAME', 'ROLE'],
    ['x          administrator', 'read-only'],
    ['\u001b[2J\u202eevil\n', 'member'],
  ]
  expect(table(rows)).toBe(
    ['NAME             ROLE', 'x administrator  read-only', '?[2J?evil?       member'].join('\n'),
  )
})

test('what programs read means the same and holds nothing a terminal obeys', () => {
  const name = '\u202e\u{e0001}\u2028 ok'
  const text = json({ name })
  expect(text).toBe('{"name":"\\u202e\\udb40\\udc01\\u2028 ok"}')
  expect(JSON.parse(text)).toEqual({ name })
})
