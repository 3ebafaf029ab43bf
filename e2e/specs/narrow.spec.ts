import { expect, type Page } from '@playwright/test'
import { call } from '../fixtures/api.ts'
import {
  codeField,
  readRecoveryCodes,
  readSetupKey,
  recoveryCodes,
  signInByForm,
  stepUpDialog,
} from '../fixtures/pages.ts'
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
    ['api-key', 'API key'],
    ['api-password', 'API password'],
    ['sessions', 'Sessions'],
    ['downloads', 'Downloads'],
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

  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
  await expectNoSidewaysScrolling(signedIn)
})

test('on a narrow screen, no step of a first sign-in scrolls sideways', async ({
  page,
  administrator,
  authenticator,
}) => {
  const person = await administrator.addPerson({ requireTwoFactor: true })
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(page.getByLabel('New password')).toBeVisible()
  await expectNoSidewaysScrolling(page)

  await page.getByLabel('New password').fill('eleven slow lanterns drift')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('img', { name: 'QR code' })).toBeVisible()
  await expectNoSidewaysScrolling(page)

  authenticator.add(await readSetupKey(page))
  await codeField(page).fill(await authenticator.code())
  await readRecoveryCodes(page)
  await expectNoSidewaysScrolling(page)
})

test('on a narrow screen, neither the second step nor the way to new codes scrolls sideways', async ({
  page,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(codeField(page)).toBeVisible()
  await expectNoSidewaysScrolling(page)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await expect(page.getByText(`latchkey users reset-two-factor ${person.username}`)).toBeVisible()
  await expectNoSidewaysScrolling(page)

  await page.getByLabel('Recovery code').fill(codes[0] ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await expectNoSidewaysScrolling(page)
  await page.getByRole('button', { name: 'Generate new recovery codes' }).click()
  await readRecoveryCodes(page)
  await expectNoSidewaysScrolling(page)

  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Status: Active')).toBeVisible()
  await expectNoSidewaysScrolling(page)
  await page.getByRole('button', { name: 'Reset Secret' }).click()
  await expect(stepUpDialog(page)).toBeVisible()
  await expectNoSidewaysScrolling(page)
  await stepUpDialog(page).getByRole('button', { name: 'Use a recovery code' }).click()
  await stepUpDialog(page)
    .getByLabel('Recovery code')
    .fill(codes[0] ?? '')
  await expectNoSidewaysScrolling(page)
})

test('on a narrow screen, what is pending does not scroll sideways', async ({ signedIn, person, administrator }) => {
  await administrator.changePerson(person, { requireTwoFactor: true })
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
  await expectNoSidewaysScrolling(signedIn)
})

test('on a narrow screen, neither what is shown once nor what stands there afterwards scrolls sideways', async ({
  signedIn,
}) => {
  for (const [address, generate, saved] of [
    ['api-key', 'Generate new API Key', 'I have saved this key'],
    ['api-password', 'Generate New API Password', 'I have saved this password'],
    ['downloads', 'Generate Download Link', 'I have saved this link'],
  ] as const) {
    await signedIn.goto(`/settings/${address}`)
    await signedIn.getByRole('button', { name: generate }).click()
    await expect(signedIn.getByRole('button', { name: saved })).toBeVisible()
    await expectNoSidewaysScrolling(signedIn)
    await signedIn.getByRole('button', { name: saved }).click()
    await expect(signedIn.getByRole('button', { name: 'Revoke' })).toBeVisible()
    await expectNoSidewaysScrolling(signedIn)
  }
})

test('on a narrow screen, the question before a new key does not scroll sideways', async ({ server, signedIn }) => {
  await call(signedIn, server.url, 'POST', '/account/api-key')
  await signedIn.goto('/settings/api-key')
  await signedIn.getByRole('button', { name: 'Generate new API Key' }).click()
  await expect(signedIn.getByRole('dialog')).toBeVisible()
  await expectNoSidewaysScrolling(signedIn)
})
