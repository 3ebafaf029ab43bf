/** What the tests need and a machine may lack: on Debian and its relatives it is fetched, elsewhere it must be there. */

import { join } from 'node:path'
import { findBrowser } from '../e2e/browser.ts'
import { root } from './bootstrap.mjs'
import { run, title } from './run.ts'

/** On Debian and its relatives the browser of the system is the one whose libraries are complete. */
export async function installBrowser() {
  title('installing a browser')
  if (await isDebianRoot())
    await sh('apt-get update -q && (apt-get install -qy chromium-headless-shell || apt-get install -qy chromium)')
  if (!findBrowser()) await run([join(root, 'e2e/node_modules/.bin/playwright'), 'install', 'chromium'])
  const browser = findBrowser()
  if (!browser) throw new Error('No browser: install chromium, or say where it is with CHROMIUM_PATH')
  return browser
}

/** Where this does not help, the tests that want nginx say what to install. */
export async function installNginx() {
  title('installing nginx')
  if (await isDebianRoot()) await sh(nginxWithoutService)
}

/**
 * The package wants to serve port 80 from now on; the tests want the program. Packages ask policy-rc.d whether they may
 * start something (Debian policy, section 9.3.3), and systemd whether they are to after the next boot.
 */
const nginxWithoutService = `
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
    trap 'rm -f $policy' EXIT
    trap 'exit 1' INT TERM
  fi
  apt-get update -q && apt-get install -qy --no-install-recommends nginx
  if command -v systemctl > /dev/null; then systemctl disable nginx; fi
`

const isDebianRoot = async () => process.getuid?.() === 0 && (await sh('command -v apt-get >/dev/null'))

const sh = (script: string) => run(['sh', '-c', script])
