/** Part of `npm run bench`: what a browser fetches to show the sign-in page, as it comes over the wire. */
import { chromium } from '@playwright/test'
import { findBrowser } from './browser.ts'
import { makeAdministrator } from './fixtures/api.ts'
import { startServer } from './fixtures/server.ts'

const LIMIT = 110_000

const path = findBrowser()
const server = await startServer()
await makeAdministrator(server)
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ ...(path && { executablePath: path }), args })
try {
  const page = await browser.newPage()
  const fetched: { type: string; encoding: string; bytes: number }[] = []
  page.on('requestfinished', async (request) => {
    const response = await request.response()
    const { responseBodySize: bytes } = await request.sizes()
    fetched.push({
      type: request.resourceType(),
      encoding: (await response?.headerValue('content-encoding')) ?? '',
      bytes,
    })
  })
  await page.goto(`${server.url}/sign-in`, { waitUntil: 'networkidle' })
  await page.getByRole('button', { name: 'Sign in' }).waitFor()

  const code = fetched.filter(({ type }) => type === 'script' || type === 'stylesheet')
  const bytes = code.reduce((sum, file) => sum + file.bytes, 0)
  const verdict = bytes <= LIMIT && code.every(({ encoding }) => encoding === 'br') ? 'holds ' : 'MISSED'
  console.log(
    `${verdict}  first load of /sign-in, kB of JavaScript and CSS in brotli: ${(bytes / 1000).toFixed(1)} (at most ${LIMIT / 1000})`,
  )
} finally {
  await browser.close()
  await server.stop()
}
