import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('a program that starts PostgreSQL for its tests ends with the code it means to end with', () => {
  const program = `await import(${JSON.stringify(new URL('testing-postgres.ts', import.meta.url).href)}); process.exitCode = 3`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
})
