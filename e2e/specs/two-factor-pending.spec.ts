import { expect, type Page } from '@playwright/test'
import {
  codeField,
  profileMenu,
  readRecoveryCodes,
  readSetupKey,
  recoveryCodes,
  said,
  setupKey,
  signInByForm,
} from '../fixtures/pages.ts'
import { asProgram, basic } from '../fixtures/program.ts'
import { readQrCode } from '../fixtures/qr-code.ts'
import type { Person } from '../fixtures/server.ts'
import { test } from '../fixtures/test.ts'

const setUpLater = (page: Page) => page.getByRole('button', { name: 'Set up at next sign-in' })

async function chooseToSetUpLater(page: Page) {
  await page.goto('/settings/two-factor')
  await setUpLater(page).click()
  await expect(page.getByText('Status: Pending')).toBeVisible()
}

async function signOut(page: Page, person: Person) {
  await profileMenu(page, person).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(said(page, 'You are signed out.')).toBeVisible()
}

test('from Disabled to Pending and back: the page says what happens at the next sign-in, and Cancel undoes it', async ({
  signedIn,
  secondBrowser,
  person,
}) => {
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
  await expect(signedIn.getByText('Whoever knows your password can sign in as you.')).toBeVisible()
  await setUpLater(signedIn).click()
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
  await expect(
    said(signedIn, 'Two-factor authentication is pending: you will set it up the next time you sign in.'),
  ).toBeVisible()
  await expect(
    signedIn.getByText('The next time you sign in, a QR code waits after your password', { exact: false }),
  ).toBeVisible()

  await signedIn.getByRole('button', { name: 'Cancel' }).click()
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
  await expect(said(signedIn, 'Cancelled. Two-factor authentication is disabled, as before.')).toBeVisible()
  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await expect(profileMenu(secondBrowser, person)).toBeVisible()
})

test('programs that send the account password are refused from Pending on, said before and while it lasts', async ({
  server,
  signedIn,
  person,
}) => {
  await signedIn.goto('/settings/two-factor')
  await expect(
    signedIn.getByText(
      'Once it is pending or active, programs that send your account password over HTTP Basic are refused; afterwards, make them an API password.',
    ),
  ).toBeVisible()
  await setUpLater(signedIn).click()
  await expect(
    signedIn.getByText(
      'Until then your password alone signs you in, but programs that send it over HTTP Basic are refused already.',
      { exact: false },
    ),
  ).toBeVisible()
  expect((await asProgram(server, basic(person.username, person.password))).status).toBe(401)
  const needed = signedIn.getByText('Such programs need an API password; one made now lasts until the set-up.')
  await needed.getByRole('link', { name: 'API password' }).click()
  await expect(signedIn.getByRole('heading', { name: 'API password', level: 1 })).toBeVisible()
})

test('from Pending to Active: sign out, sign in, scan, prove, save the codes (SI-01)', async ({
  signedIn,
  person,
  authenticator,
}) => {
  await chooseToSetUpLater(signedIn)
  await signOut(signedIn, person)
  await signInByForm(signedIn, person)
  await expect(signedIn.getByRole('heading', { name: 'Set up two-factor authentication' })).toBeVisible()
  await expect(
    signedIn.getByText('From now on this account needs a second proof besides the password', { exact: false }),
  ).toBeVisible()
  await expect(signedIn.getByRole('img', { name: 'QR code' })).toBeVisible()
  const scanned = await readQrCode(signedIn)
  expect(new URL(scanned).searchParams.get('secret')).toBe((await readSetupKey(signedIn)).replaceAll(/\s/g, ''))

  authenticator.add(scanned)
  await codeField(signedIn).fill(await authenticator.code())
  await expect(signedIn.getByText('Two-factor authentication is active.', { exact: false })).toBeVisible()
  await readRecoveryCodes(signedIn)
  await expect(signedIn.getByRole('button', { name: 'Done' })).toBeDisabled()
  await signedIn.getByLabel('I have saved these codes').check()
  await signedIn.getByRole('button', { name: 'Done' }).click()
  await expect(profileMenu(signedIn, person)).toBeVisible()

  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
  await expect(signedIn.getByText('10 of 10 left')).toBeVisible()
})

test('until the code is right, nobody is signed in (SI-01)', async ({ signedIn, person, authenticator }) => {
  await chooseToSetUpLater(signedIn)
  await signOut(signedIn, person)
  await signInByForm(signedIn, person)
  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(authenticator.wrongCode())
  await expect(codeField(signedIn)).toHaveAccessibleDescription(/That code did not match/)
  await expect(recoveryCodes(signedIn)).toHaveCount(0)

  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('loading the page again starts over with another key, and the first one is dead', async ({
  signedIn,
  person,
  authenticator,
}) => {
  await chooseToSetUpLater(signedIn)
  await signOut(signedIn, person)
  await signInByForm(signedIn, person)
  await expect(
    signedIn.getByText('If you load this page again, you start over and get a new key', { exact: false }),
  ).toBeVisible()
  const first = await readSetupKey(signedIn)

  await signedIn.reload()
  await signInByForm(signedIn, person)
  await expect(setupKey(signedIn)).not.toHaveText(first)
  authenticator.add(first)
  await codeField(signedIn).fill(await authenticator.code())
  await expect(codeField(signedIn)).toHaveAccessibleDescription(/That code did not match/)

  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
})

test('a key that was shown again in another browser is refused in the first one, which says why', async ({
  signedIn,
  secondBrowser,
  person,
  authenticator,
}) => {
  await chooseToSetUpLater(signedIn)
  await signOut(signedIn, person)
  await signInByForm(signedIn, person)
  authenticator.add(await readSetupKey(signedIn))
  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await expect(setupKey(secondBrowser)).toBeVisible()

  await codeField(signedIn).fill(await authenticator.code())
  await expect(
    said(
      signedIn,
      'That setup key is no longer valid: a newer one was shown elsewhere, or it was too old. Sign in again to get a fresh one.',
    ),
  ).toBeVisible()
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('whoever is Pending can set it up right away', async ({ signedIn, authenticator }) => {
  await chooseToSetUpLater(signedIn)
  await expect(signedIn.getByText('You can also set it up right now.', { exact: false })).toBeVisible()
  await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(await authenticator.code())
  await expect(recoveryCodes(signedIn)).toHaveCount(10)
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
})

test('first codes are not left behind by mistake', async ({ signedIn, person, authenticator }) => {
  await chooseToSetUpLater(signedIn)
  await signOut(signedIn, person)
  await signInByForm(signedIn, person)
  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(await authenticator.code())
  await readRecoveryCodes(signedIn)

  const asked = signedIn.waitForEvent('dialog')
  const reloading = signedIn.reload()
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.accept()
  await reloading
})
