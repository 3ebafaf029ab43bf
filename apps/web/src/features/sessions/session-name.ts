import type { Session } from '@latchkey/contract/sessions'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/sessions.ts'

/** "Chrome 142 on Linux", or as much of it as is known. */
export function sessionName({ browser, operatingSystem }: Session): string {
  if (!browser && !operatingSystem) return m.unknownBrowser
  return m.on(browser ?? m.unknownBrowser, operatingSystem ?? everywhere.unknown)
}
