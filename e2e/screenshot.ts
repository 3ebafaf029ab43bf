/** `npm run screenshot`: makes the picture in the README from the running product. */
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.ts'
import { startServer } from './fixtures/server.ts'

const path = findBrowser()
const server = await startServer()
const browser = await chromium.launch({
  ...(path && { executablePath: path }),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  const context = await browser.newContext({ viewport: { width: 1120, height: 760 }, deviceScaleFactor: 2 })
  const page = await context.newPage()
  await page.goto(server.setupLink)
  await page.getByLabel('User name').fill('robin')
  await page.getByLabel('Display name').fill('Robin Vale')
  await page.getByLabel('Password', { exact: true }).fill('seven grey herons wait')
  await page.getByRole('button', { name: 'Create administrator' }).click()
  await page.getByRole('link', { name: 'Two-factor authentication' }).click()
  await page.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  await page.getByRole('img', { name: 'QR code' }).waitFor()
  await page.screenshot({ path: join(import.meta.dirname, '../docs/two-factor.png') })
} finally {
  await browser.close()
  await server.stop()
}
