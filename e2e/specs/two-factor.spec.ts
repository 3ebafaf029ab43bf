import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { profileMenu, signInByForm, signInByRecoveryCode } from '../fixtures/pages.ts'
import { readQrCode } from '../fixtures/qr-code.ts'
import { test } from '../fixtures/test.ts'

const begin = (page: Page) => page.getByRole('button', { name: 'Use Two Factor Authentication' })
// six digits send themselves, so nobody has to press the button
const prove = (page: Page, code: string) => page.getByLabel('Code', { exact: true }).fill(code)
const setupKey = (page: Page) => page.getByLabel('Setup key')
const recoveryCodes = (page: Page) => page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a phone reads the QR code from the screen, which is ${colorScheme} (TO-09)`, async ({
    signedIn,
    person,
    authenticator,
  }) => {
    await signedIn.emulateMedia({ colorScheme })
    await signedIn.goto('/settings/two-factor')
    await begin(signedIn).click()
    await expect(signedIn.getByRole('img', { name: 'QR code' })).toBeVisible()

    const uri = new URL(await readQrCode(signedIn))
    expect(uri.protocol).toBe('otpauth:')
    expect(decodeURIComponent(uri.pathname)).toMatch(new RegExp(`[^:/]+:${person.username}$`))
    expect(Object.fromEntries(uri.searchParams)).toMatchObject({ algorithm: 'SHA1', digits: '6', period: '30' })
    const key = (await setupKey(signedIn).textContent()) ?? ''
    expect(key.trim()).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/)
    expect(uri.searchParams.get('secret')).toBe(key.replaceAll(/\s/g, ''))

    authenticator.add(uri.href)
    await prove(signedIn, await authenticator.code())
    await expect(recoveryCodes(signedIn)).toHaveCount(10)
  })
}

test('from Disabled to Active: scan, prove, save the codes, sign in again', async ({
  signedIn,
  person,
  authenticator,
}) => {
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
  await begin(signedIn).click()
  authenticator.add((await setupKey(signedIn).textContent()) ?? '')
  await prove(signedIn, await authenticator.code())

  await expect(recoveryCodes(signedIn)).toHaveCount(10)
  await expect(signedIn.getByRole('button', { name: 'Sign in again' })).toBeDisabled()
  await signedIn.getByLabel('I have saved these codes').check()
  await signedIn.getByRole('button', { name: 'Sign in again' }).click()

  await signInByForm(signedIn, person)
  await signedIn.getByLabel('Code', { exact: true }).pressSequentially(await authenticator.code())
  await expect(profileMenu(signedIn, person)).toBeVisible()
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
  await expect(signedIn.getByText('10 of 10 left')).toBeVisible()
})

test('a wrong code changes nothing, and the right one still works', async ({ signedIn, authenticator }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  authenticator.add((await setupKey(signedIn).textContent()) ?? '')
  await prove(signedIn, authenticator.wrongCode())
  await expect(signedIn.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/That code did not match/)
  await expect(recoveryCodes(signedIn)).toHaveCount(0)
  await prove(signedIn, await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
})

test('five digits are refused before anything is asked', async ({ signedIn }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  await signedIn.getByLabel('Code', { exact: true }).fill('12345')
  await signedIn.getByRole('button', { name: 'Validate Two Factor Authentication' }).click()
  await expect(signedIn.getByLabel('Code', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await expect(setupKey(signedIn)).toBeVisible()
})

test('leaving the wizard changes nothing', async ({ signedIn, secondBrowser, person }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  await expect(setupKey(signedIn)).toBeVisible()
  await signedIn.getByRole('link', { name: 'Sessions' }).click()
  await signedIn.getByRole('link', { name: 'Two-factor authentication' }).click()
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()

  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await expect(profileMenu(secondBrowser, person)).toBeVisible()
})

test.describe('the recovery codes', () => {
  test.beforeEach(async ({ signedIn, authenticator }) => {
    await signedIn.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await signedIn.goto('/settings/two-factor')
    await begin(signedIn).click()
    authenticator.add((await setupKey(signedIn).textContent()) ?? '')
    await prove(signedIn, await authenticator.code())
    await expect(recoveryCodes(signedIn)).toHaveCount(10)
  })

  test('are not left behind by mistake, and leaving them leads to signing in', async ({ signedIn }) => {
    signedIn.once('dialog', (dialog) => dialog.dismiss())
    await signedIn.getByRole('link', { name: 'Profile' }).click()
    await expect(recoveryCodes(signedIn)).toHaveCount(10)

    signedIn.once('dialog', (dialog) => dialog.accept())
    await signedIn.getByRole('link', { name: 'Profile' }).click()
    await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await signedIn.goBack()
    await expect(signedIn.getByText('Status: Disabled')).toBeHidden()
    await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })

  test('are copied as they stand there', async ({ signedIn }) => {
    const codes = await recoveryCodes(signedIn).allTextContents()
    await signedIn.getByRole('button', { name: 'Copy' }).click()
    await expect.poll(() => signedIn.evaluate(() => navigator.clipboard.readText())).toContain(codes.join('\n'))
  })

  test('are downloaded as they stand there, in a file that says what it is for', async ({ signedIn, person }) => {
    const codes = await recoveryCodes(signedIn).allTextContents()
    const downloading = signedIn.waitForEvent('download')
    await signedIn.getByRole('button', { name: 'Download' }).click()
    const download = await downloading
    const text = await readFile(await download.path(), 'utf8')

    expect(download.suggestedFilename()).toContain(person.username)
    expect(text.match(/[0-9A-Za-z]{6}(-[0-9A-Za-z]{6}){3}/g)).toEqual(codes.map((code) => code.trim()))
    expect(text).toMatch(/recovery codes/i)
  })

  test('are printed on a sheet with nothing else on it', async ({ signedIn, person }) => {
    const codes = await recoveryCodes(signedIn).allTextContents()
    await signedIn.evaluate(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', 'yes')
    })
    await signedIn.getByRole('button', { name: 'Print' }).click()
    await expect(signedIn.locator('html')).toHaveAttribute('data-printed', 'yes')

    await signedIn.emulateMedia({ media: 'print' })
    for (const code of codes) await expect(signedIn.getByText(code.trim())).toBeVisible()
    await expect(signedIn.getByRole('navigation')).toBeHidden()
    await expect(signedIn.getByRole('button', { name: person.displayName })).toBeHidden()
    for (const name of ['Copy', 'Download', 'Print']) await expect(signedIn.getByRole('button', { name })).toBeHidden()
  })
})

test('deactivating asks for the second factor and confirms in words', async ({
  page,
  person,
  enrol,
  authenticator,
}) => {
  const [recoveryCode] = await enrol()
  await signInByRecoveryCode(page, person, recoveryCode ?? '')
  await page.goto('/settings/two-factor')
  await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()

  const dialog = page.getByRole('dialog', { name: "Confirm it's you" })
  await expect(dialog.getByLabel('Code', { exact: true })).toBeVisible()
  await expect(dialog.getByLabel('Password')).toBeHidden()
  await dialog.getByLabel('Code', { exact: true }).fill(await authenticator.code())

  await expect(page.getByText('Status: Disabled')).toBeVisible()
  await expect(page.getByRole('status')).toContainText('Two-factor authentication was deactivated.')
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(profileMenu(page, person)).toBeVisible()
})

test('changing one’s mind at the dialog leaves two-factor authentication on', async ({ page, person, enrol }) => {
  const [recoveryCode] = await enrol()
  await signInByRecoveryCode(page, person, recoveryCode ?? '')
  await page.goto('/settings/two-factor')
  await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()
  await expect(page.getByRole('dialog', { name: "Confirm it's you" })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.reload()
  await expect(page.getByText('Status: Active')).toBeVisible()
})

test('a wrong code at the dialog leaves two-factor authentication on', async ({
  page,
  person,
  enrol,
  authenticator,
}) => {
  const [recoveryCode] = await enrol()
  await signInByRecoveryCode(page, person, recoveryCode ?? '')
  await page.goto('/settings/two-factor')
  await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()
  const dialog = page.getByRole('dialog', { name: "Confirm it's you" })
  await dialog.getByLabel('Code', { exact: true }).fill(authenticator.wrongCode())
  await expect(dialog.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/That code did not match/)
  await page.reload()
  await expect(page.getByText('Status: Active')).toBeVisible()
})
