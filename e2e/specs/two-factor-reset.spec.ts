import { expect } from '@playwright/test'
import { Authenticator } from '../fixtures/authenticator.ts'
import {
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  profileMenu,
  readRecoveryCodes,
  readSetupKey,
  recoveryCodes,
  said,
  setupKey,
  signInByForm,
  stepUpDialog,
} from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const reset = 'Reset Secret'

test('there is nothing to reset before it is Active, and the page says why', async ({ signedIn }) => {
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
  await expect(signedIn.getByRole('button', { name: reset })).toBeDisabled()
  await expect(
    signedIn.getByText('There is no secret to reset while two-factor authentication is disabled.'),
  ).toBeVisible()

  await signedIn.getByRole('button', { name: 'Set up at next sign-in' }).click()
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
  await expect(signedIn.getByRole('button', { name: reset })).toBeDisabled()
  await expect(
    signedIn.getByText('There is no secret to reset yet: you get a new one when you set it up.'),
  ).toBeVisible()
})

test('a reset secret asks for the second factor and is dead at once; the other browser is out (TO-08)', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(secondBrowser, server, person, codes[0])
  await openTwoFactor(page, server, person, codes[1])
  await expect(
    page.getByText(
      'For a phone that was lost or seen by somebody else. Your secret and all your recovery codes are dead at once, and your other sessions end. You set up a new app at your next sign-in; until then your password alone signs you in.',
    ),
  ).toBeVisible()
  await page.getByRole('button', { name: reset }).click()
  await expect(stepUpDialog(page)).toContainText('To reset your secret, enter the code from your authenticator app.')
  await codeField(stepUpDialog(page)).fill(await authenticator.code())
  await expect(page.getByText('Status: Pending')).toBeVisible()
  await expect(
    said(
      page,
      'Your secret was reset. The old one and your recovery codes are dead, and your other sessions were ended. You set up a new one at your next sign-in; delete the old entry in your app.',
    ),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: 'Generate new recovery codes' })).toBeHidden()

  await secondBrowser.reload()
  await expect(secondBrowser.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('after a reset, the next sign-in sets up another app; the old app and the old recovery codes open nothing', async ({
  server,
  page,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: reset }).click()
  await confirmByRecoveryCode(page, codes[1])
  await expect(page.getByText('Status: Pending')).toBeVisible()

  await page.context().clearCookies()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(setupKey(page)).toBeVisible()
  await codeField(page).fill(await authenticator.code())
  await expect(codeField(page)).toHaveAccessibleDescription(/That code did not match/)
  const newApp = new Authenticator()
  newApp.add(await readSetupKey(page))
  await codeField(page).fill(await newApp.code())
  const newCodes = await readRecoveryCodes(page)
  expect(newCodes).not.toContain(codes[2])

  await page.context().clearCookies()
  page.once('dialog', (dialog) => dialog.accept())
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(codes[2] ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByLabel('Recovery code')).toHaveAccessibleDescription(
    /That recovery code is wrong or was used already\./,
  )
  await page.getByLabel('Recovery code').fill(newCodes[0] ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
})

test('an administrator clears the second factor: every session ends and the password alone is enough (SI-06)', async ({
  server,
  page,
  person,
  enrol,
  administrator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  expect(await administrator.changePerson(person, { twoFactorActive: false })).toMatchObject({ twoFactor: 'disabled' })

  await page.reload()
  await signInByForm(page, person)
  await expect(page.getByText('Status: Disabled')).toBeVisible()
})

test('where it is required, what an administrator clears is Pending, and the next sign-in sets it up', async ({
  page,
  person,
  enrol,
  administrator,
  authenticator,
}) => {
  await enrol()
  await administrator.changePerson(person, { requireTwoFactor: true })
  expect(await administrator.changePerson(person, { twoFactorActive: false })).toMatchObject({ twoFactor: 'pending' })

  await page.goto('/sign-in')
  await signInByForm(page, person)
  authenticator.add(await readSetupKey(page))
  await codeField(page).fill(await authenticator.code())
  await expect(recoveryCodes(page)).toHaveCount(10)
})

test('whoever has neither app nor recovery code is told the command line that helps, and it does', async ({
  server,
  page,
  person,
  enrol,
}) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await expect(
    page.getByText(
      'Neither your app nor a recovery code at hand? Ask your administrator to reset two-factor authentication for you. Whoever runs the server can do it with this command line:',
    ),
  ).toBeVisible()
  const command = await page.getByRole('code').filter({ hasText: person.username }).textContent()
  expect(command).toBe(`latchkey users reset-two-factor ${person.username}`)

  const printed = await server.latchkey(...(command ?? '').split(' ').slice(1))
  expect(printed).toContain('It is Disabled: their password alone lets them in.')
  await page.getByRole('button', { name: 'Start again' }).click()
  await signInByForm(page, person)
  await expect(profileMenu(page, person)).toBeVisible()
})

test('the command line resets somebody of whom a factor is required to Pending', async ({
  server,
  page,
  person,
  enrol,
  administrator,
}) => {
  await enrol()
  await administrator.changePerson(person, { requireTwoFactor: true })
  expect(await server.latchkey('users', 'reset-two-factor', person.username)).toContain(
    'It is Pending, because it is required: they set it up at the next sign-in.',
  )
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(setupKey(page)).toBeVisible()
})
