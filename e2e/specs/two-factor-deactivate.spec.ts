import { expect } from '@playwright/test'
import { call } from '../fixtures/api.ts'
import {
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  profileMenu,
  said,
  signInByForm,
  stepUpDialog,
} from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const deactivate = 'Deactivate Two Factor Authentication'

test('deactivating asks for the code from the app, says what it did, and the password alone is enough again', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await expect(page.getByText('You will be asked for a code from your app, or a recovery code.')).toBeVisible()
  await page.getByRole('button', { name: deactivate }).click()
  await expect(stepUpDialog(page)).toContainText(
    'To turn two-factor authentication off, enter the code from your authenticator app.',
  )
  await codeField(stepUpDialog(page)).fill(await authenticator.code())

  await expect(page.getByText('Status: Disabled')).toBeVisible()
  await expect(
    said(
      page,
      'Two-factor authentication was deactivated. Your recovery codes are void, and your other sessions were ended; delete the entry in your authenticator app.',
    ),
  ).toBeVisible()
  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await expect(profileMenu(secondBrowser, person)).toBeVisible()
})

test('deactivating with a recovery code ends the session in the other browser', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(secondBrowser, server, person, codes[0])
  await openTwoFactor(page, server, person, codes[1])
  await page.getByRole('button', { name: deactivate }).click()
  await confirmByRecoveryCode(page, codes[2])
  await expect(page.getByText('Status: Disabled')).toBeVisible()

  await secondBrowser.getByRole('link', { name: 'Sessions' }).click()
  await expect(said(secondBrowser, 'Your session has ended. Sign in again to go on where you were.')).toBeVisible()
  const account = await call<{ twoFactor: string }>(page.context(), server.url, 'GET', '/account')
  expect(account.twoFactor).toBe('disabled')
})

test('the password never turns two-factor authentication off (TO-08)', async ({ server, page, person, enrol }) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: deactivate }).click()
  await expect(codeField(stepUpDialog(page))).toBeFocused()
  await expect(stepUpDialog(page).getByLabel('Password')).toBeHidden()
  await expect(stepUpDialog(page).getByRole('button', { name: /password/i })).toBeHidden()

  const { password } = person
  const ask = (method: string, path: string, body?: object) => call(page.context(), server.url, method, path, body)
  await expect(ask('POST', '/step-up', { password })).rejects.toThrow(/ 403 .*step-up-required/)
  await expect(ask('DELETE', '/account/two-factor')).rejects.toThrow(/ 403 .*step-up-required/)
  await page.reload()
  await expect(page.getByText('Status: Active')).toBeVisible()
})

test('changing one’s mind at the dialog leaves two-factor authentication on, and says so', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: deactivate }).click()
  await expect(stepUpDialog(page)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(stepUpDialog(page)).toBeHidden()
  await expect(page.getByText("Nothing was changed, because you did not confirm it's you.")).toBeVisible()
  await page.reload()
  await expect(page.getByText('Status: Active')).toBeVisible()
})

test('where a second factor is required, it cannot be turned off, and the page says why', async ({
  server,
  page,
  person,
  enrol,
  administrator,
}) => {
  const codes = await enrol()
  await administrator.changePerson(person, { requireTwoFactor: true })
  await openTwoFactor(page, server, person, codes[0])
  await expect(page.getByRole('button', { name: deactivate })).toBeDisabled()
  await expect(
    page.getByText(
      'Your administrator requires two-factor authentication for this account, so it cannot be turned off.',
    ),
  ).toBeVisible()
})

test('a factor that became required since the page was opened stays on, with the reason', async ({
  server,
  page,
  person,
  enrol,
  administrator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await administrator.changePerson(person, { requireTwoFactor: true })
  await page.getByRole('button', { name: deactivate }).click()
  await confirmByRecoveryCode(page, codes[1])
  await expect(
    page.getByText(
      'Two-factor authentication is required for this account, so you cannot go without it. Ask your administrator if that is wrong.',
    ),
  ).toBeVisible()
  await page.reload()
  await expect(page.getByText('Status: Active')).toBeVisible()
})
