import { expect, type Page } from '@playwright/test'
import { codeField, profileMenu, readSetupKey, recoveryCodes, said, setupKey, signInByForm } from '../fixtures/pages.ts'
import { readQrCode } from '../fixtures/qr-code.ts'
import { test } from '../fixtures/test.ts'

const begin = (page: Page) => page.getByRole('button', { name: 'Use Two Factor Authentication' })
// six digits send themselves, so nobody has to press the button
const prove = (page: Page, code: string) => codeField(page).fill(code)

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
    const key = await readSetupKey(signedIn)
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
  await expect(
    signedIn.getByText('Works with Google Authenticator, Microsoft Authenticator, Authy and iOS Passwords.'),
  ).toBeVisible()
  await begin(signedIn).click()
  await expect(signedIn.getByRole('heading', { name: 'Scan this with your authenticator app' })).toBeVisible()
  await expect(
    signedIn.getByText('Open the app, choose to add an account, and point the camera at the square.'),
  ).toBeVisible()
  await expect(codeField(signedIn)).toHaveAccessibleDescription(
    'The six digits the app shows now. Nothing changes until they are right.',
  )
  authenticator.add(await readSetupKey(signedIn))
  await prove(signedIn, await authenticator.code())

  await expect(recoveryCodes(signedIn)).toHaveCount(10)
  await expect(
    said(
      signedIn,
      'You are signed out everywhere, here too: this page only still shows your codes. Save them, then sign in with your app.',
    ),
  ).toBeVisible()
  await expect(
    signedIn.getByText(
      'Programs that send your account password over HTTP Basic are refused now; once you have signed in again, make them an API password.',
    ),
  ).toBeVisible()
  await expect(signedIn.getByRole('button', { name: 'Sign in again' })).toBeDisabled()
  await signedIn.getByLabel('I have saved these codes').check()
  await signedIn.getByRole('button', { name: 'Sign in again' }).click()

  await signInByForm(signedIn, person)
  await codeField(signedIn).pressSequentially(await authenticator.code())
  await expect(profileMenu(signedIn, person)).toBeVisible()
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
  await expect(signedIn.getByText('10 of 10 left')).toBeVisible()
})

test('a wrong code changes nothing, and the right one still works', async ({ signedIn, authenticator }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  authenticator.add(await readSetupKey(signedIn))
  await prove(signedIn, authenticator.wrongCode())
  await expect(codeField(signedIn)).toHaveAccessibleDescription(/That code did not match/)
  await expect(recoveryCodes(signedIn)).toHaveCount(0)
  await prove(signedIn, await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
})

test('five digits are refused before anything is asked', async ({ signedIn }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  await codeField(signedIn).fill('12345')
  await signedIn.getByRole('button', { name: 'Validate Two Factor Authentication' }).click()
  await expect(codeField(signedIn)).toHaveAttribute('aria-invalid', 'true')
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

test('a code that is late says by how much, and what time it is on the server', async ({ signedIn, authenticator }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  authenticator.add(await readSetupKey(signedIn))
  await prove(signedIn, authenticator.codeOff(-5))
  await expect(codeField(signedIn)).toHaveAccessibleDescription(
    /This code belongs to (2 min 30 s|3 min) ago: the clock of your phone is off\. Server time \d\d:\d\d:\d\d UTC\. Let the phone set its time by itself, then try the next code\./,
  )
  await prove(signedIn, await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
})

test('where the browser’s clock disagrees with the server too, the phone is not blamed alone', async ({
  signedIn,
  authenticator,
}) => {
  await signedIn.clock.setSystemTime(Date.now() + 10 * 60_000)
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  authenticator.add(await readSetupKey(signedIn))
  await prove(signedIn, authenticator.codeOff(5))
  await expect(codeField(signedIn)).toHaveAccessibleDescription(
    /This code belongs to (2 min 30 s|2 min) from now: the clock of your phone or of this server is off\. Server time \d\d:\d\d:\d\d UTC\. Let the phone set its time by itself; if that does not help, tell your administrator\./,
  )
})

test('five wrong codes make the key void, and nothing has changed', async ({ signedIn, authenticator }) => {
  await signedIn.goto('/settings/two-factor')
  await begin(signedIn).click()
  authenticator.add(await readSetupKey(signedIn))
  for (let wrong = 0; wrong < 5; wrong++) {
    const answered = signedIn.waitForResponse(/authenticator\/validate$/)
    await prove(signedIn, authenticator.wrongCode())
    await answered
    await expect(codeField(signedIn)).toHaveAccessibleDescription(/That code did not match/)
  }
  await prove(signedIn, await authenticator.code())
  await expect(
    said(
      signedIn,
      'That setup key is no longer valid: it was shown too long ago, or too many wrong codes were typed. Nothing was changed. Start again to get a new one.',
    ),
  ).toBeVisible()
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
})
