/** `npm run screenshot`: makes the picture in the README from the running product. */
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.ts'
import { signIn } from './fixtures/api.ts'
import { startServer } from './fixtures/server.ts'

const path = findBrowser()
const server = await startServer()
const browser = await chromium.launch({
  ...(path && { executablePath: path }),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const person = await server.createPerson()
  const context = await browser.newContext({
    viewport: { width: 1120, height: 720 },
    deviceScaleFactor: 2,
    baseURL: server.url,
  })
  await signIn(context, server.url, person)
  const page = await context.newPage()
  await page.goto('/settings/two-factor')
  await page.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await page.screenshot({ path: join(import.meta.dirname, '../docs/two-factor.png') })
} finally {
  await browser.close()
  await server.stop()
}
