import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigError, readSecret } from './config.ts'

/**
 * The secret everything recoverable is sealed with: LATCHKEY_SECRET, or the file in the data folder, made at the
 * first start (0600 in a folder of 0700).
 * @throws ConfigError when the file is there and cannot be used
 */
export function loadMasterSecret({ secret, dataDir }: Config): Buffer {
  if (secret) return secret
  const file = join(dataDir, 'master-secret')
  try {
    if (!existsSync(file)) make(file, dataDir)
  } catch {
    throw new ConfigError('The folder that LATCHKEY_DATA_DIR names cannot be made or written to.')
  }
  closeToOthers(file)
  return readSecret(`The master secret file ${file}`, read(file))
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new ConfigError(`The master secret file ${file} cannot be read.`)
  }
}

/** A file brought back from a backup may lie open. Where it is not ours to change, whoever put it there decides. */
function closeToOthers(file: string) {
  try {
    if (statSync(file).mode & 0o077) chmodSync(file, 0o600)
  } catch {}
}

/** Written whole under another name first: a second process never reads half a secret, and the first one wins. */
function make(file: string, dataDir: string) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  chmodSync(draft, 0o600)
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}
