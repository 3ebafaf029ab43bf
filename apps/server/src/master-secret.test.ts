import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'
import { loadMasterSecret } from './master-secret.ts'

describe('the master secret', () => {
  let root: string
  let umask: number
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
    umask = process.umask(0)
  })
  afterAll(() => {
    process.umask(umask)
    rmSync(root, { recursive: true })
  })

  const load = (name: string, environment: Record<string, string> = {}) =>
    loadMasterSecret(readConfig({ LATCHKEY_DATA_DIR: join(root, name), ...environment }))
  const withFile = (name: string, content: string) => {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, 'master-secret'), content)
    return name
  }
  const modeOf = (...path: string[]) => (statSync(join(root, ...path)).mode & 0o777).toString(8)

  test('CF-05 is made at the first start, 0600 in a folder of 0700, whatever the umask', () => {
    expect(load('fresh')).toHaveLength(32)
    expect(modeOf('fresh')).toBe('700')
    expect(modeOf('fresh', 'master-secret')).toBe('600')
    expect(readdirSync(join(root, 'fresh'))).toEqual(['master-secret'])
  })

  test('CR-03 stays the same from start to start and is another one in every installation', () => {
    expect(load('same')).toEqual(load('same'))
    expect(load('same')).not.toEqual(load('another'))
    expect(readFileSync(join(root, 'same', 'master-secret'), 'utf8').trim()).toBe(load('same').toString('base64'))
  })

  test('CR-03 comes from the environment where it is given, and then no file is made', () => {
    const given = Buffer.from('8QSsuZJrSBLYVLJSZBMtXsMa7M7HxhE0mgYQxzD0mVI=', 'base64')
    expect(load('given', { LATCHKEY_SECRET: given.toString('base64') })).toEqual(given)
    expect(readdirSync(root)).not.toContain('given')
  })

  test.each([
    ['empty', ''],
    ['too short', Buffer.alloc(31, 'x').toString('base64')],
    ['no base64', 'ä'.repeat(64)],
    ['not random', Buffer.alloc(32).toString('base64')],
  ])('CF-01 a file that is %s is refused in a sentence without its content, and is not replaced', (name, content) => {
    withFile(name, content)
    expect(() => load(name)).toThrow(ConfigError)
    expect(() => load(name)).toThrow(
      /^The master secret file .* (must be at least 32 random bytes in base64, .*|does not look random\. .*)$/,
    )
    expect(readFileSync(join(root, name, 'master-secret'), 'utf8')).toBe(content)
  })

  test('CF-01 one that cannot be read is refused, and never answered by making another', () => {
    mkdirSync(join(root, 'folder', 'master-secret'), { recursive: true })
    expect(() => load('folder')).toThrow(/^The master secret file .* cannot be read\.$/)
  })

  test('CF-01 a data folder that cannot be made is said in a sentence too', () => {
    writeFileSync(join(root, 'a-file'), '')
    expect(() => load('a-file/data')).toThrow(ConfigError)
  })

  test('CF-05 a file that others may read is taken back from them', () => {
    const name = withFile(
      'lay open',
      Buffer.from('8QSsuZJrSBLYVLJSZBMtXsMa7M7HxhE0mgYQxzD0mVI=', 'base64').toString('base64'),
    )
    chmodSync(join(root, name, 'master-secret'), 0o644)
    load(name)
    expect(modeOf(name, 'master-secret')).toBe('600')
  })
})
