import { expect, type Page } from '@playwright/test'
import { test } from '../fixtures/test.ts'

test.use({ viewport: { width: 320, height: 640 } })

const schemes = ['light', 'dark'] as const

async function expectNoSidewaysScrolling(page: Page) {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    const width = () => page.evaluate(() => document.documentElement.scrollWidth)
    await expect.poll(width, `the ${colorScheme} page ${page.url()}`).toBeLessThanOrEqual(320)
  }
}

test('on a narrow screen, signing in and setting up do not scroll sideways', async ({ page, freshServer }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expectNoSidewaysScrolling(page)

  await page.goto(freshServer.setupLink)
  await expect(page.getByRole('button', { name: 'Create administrator' })).toBeVisible()
  await expectNoSidewaysScrolling(page)
})

test('on a narrow screen, no page of the settings scrolls sideways', async ({ signedIn }) => {
  for (const [address, heading] of [
    ['profile', 'Profile'],
    ['password', 'Password'],
    ['two-factor', 'Two-factor authentication'],
    ['sessions', 'Sessions'],
  ] as const) {
    await signedIn.goto(`/settings/${address}`)
    await expect(signedIn.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    await expect(signedIn.getByRole('main').getByRole('region').first()).toBeVisible()
    await expectNoSidewaysScrolling(signedIn)
  }
})

test('on a narrow screen, neither the QR code nor the recovery codes are cut off', async ({
  signedIn,
  authenticator,
}) => {
  await signedIn.goto('/settings/two-factor')
  await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  await expect(signedIn.getByRole('img', { name: 'QR code' })).toBeVisible()
  await expectNoSidewaysScrolling(signedIn)

  authenticator.add((await signedIn.getByLabel('Setup key').textContent()) ?? '')
  await signedIn.getByLabel('Code', { exact: true }).pressSequentially(await authenticator.code())
  await expect(signedIn.getByRole('list', { name: 'Recovery codes' })).toBeVisible()
  await expectNoSidewaysScrolling(signedIn)
})
