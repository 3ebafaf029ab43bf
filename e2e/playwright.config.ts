import { defineConfig } from '@playwright/test'
import { findBrowser } from './browser.ts'

const browser = findBrowser()

/** The browser speaks to nobody but our servers, and runs as root where the tests do. */
const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results/e2e',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [
    ['list'],
    ['./fixtures/request-reporter.ts'],
    ['json', { outputFile: process.env['E2E_REPORT'] ?? '../test-results/e2e.json' }],
  ],
  use: {
    // A trace costs as much as the test; the picture of a failure is enough to begin with
    screenshot: 'only-on-failure',
    locale: 'en-GB',
    timezoneId: 'UTC',
    launchOptions: { ...(browser && { executablePath: browser }), args: [...quiet, ...asRoot] },
  },
})
