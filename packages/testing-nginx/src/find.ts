import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where systems put it; on many of them a folder of administrators, which is not on everybody's PATH. */
const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin']

/** The nginx the tests run: the one named, or one of this machine. */
export function findNginx(): string | undefined {
  const named = process.env['NGINX_PATH']
  if (named) return named
  const candidates = [...folders, ...(process.env['PATH'] ?? '').split(delimiter)]
  return candidates.map((folder) => join(folder, 'nginx')).find((path) => existsSync(path))
}
