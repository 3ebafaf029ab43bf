import { expect, type Page } from '@playwright/test'
import { call, signIn } from '../fixtures/api.ts'
import {
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  profileMenu,
  recoveryCodes,
  said,
  setupKey,
  signInByForm,
  stepUpDialog,
} from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const newPassword = 'eleven slow lanterns drift'
const notConfirmed = "Nothing was changed, because you did not confirm it's you."

type Session = { id: string; current: boolean }

async function sendNewPassword(page: Page, currentPassword: string) {
  await page.goto('/settings/password')
  await page.getByLabel('Current password').fill(currentPassword)
  await page.getByLabel('New password').fill(newPassword)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(stepUpDialog(page)).toBeVisible()
}

test('after five minutes a change asks who is there, then the very same request goes out again (SE-07, PW-05)', async ({
  server,
  signedIn,
  person,
}) => {
  const sessions = () => call<Session[]>(signedIn.context(), server.url, 'GET', '/account/sessions')
  const before = await sessions()
  const requests: (string | null)[] = []
  signedIn.on('request', (request) => {
    if (request.method() === 'PUT') requests.push(request.postData())
  })
  await server.letProofsGetOld(person)
  await sendNewPassword(signedIn, person.password)

  const dialog = stepUpDialog(signedIn)
  await expect(dialog).toContainText('To change your password, enter your password once more.')
  await expect(dialog).toContainText('You are asked because this changes who can get at your account.')
  await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused()
  await dialog.getByLabel('Password', { exact: true }).fill(person.password)
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await expect(said(signedIn, 'Your password was changed. All other sessions were ended.')).toBeVisible()

  const sent = JSON.stringify({ currentPassword: person.password, newPassword })
  expect(requests).toEqual([sent, sent])
  expect((await sessions()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
})

test('whoever does not confirm has changed nothing, is told so, and keeps what was typed', async ({
  server,
  signedIn,
  secondBrowser,
  person,
}) => {
  await server.letProofsGetOld(person)
  await sendNewPassword(signedIn, person.password)
  await stepUpDialog(signedIn).getByRole('button', { name: 'Cancel' }).click()
  await expect(stepUpDialog(signedIn)).toBeHidden()
  await expect(signedIn.getByText(notConfirmed)).toBeVisible()
  await expect(signedIn.getByLabel('Current password')).toHaveValue(person.password)
  await expect(signedIn.getByLabel('New password')).toHaveValue(newPassword)
  expect(await signIn(secondBrowser.context(), server.url, person)).toEqual({ status: 'signed-in' })
})

test('a wrong password is refused in its place, and the right one still works', async ({
  server,
  signedIn,
  person,
}) => {
  await server.letProofsGetOld(person)
  await sendNewPassword(signedIn, person.password)
  const field = stepUpDialog(signedIn).getByLabel('Password', { exact: true })
  await field.fill('not my password at all')
  await stepUpDialog(signedIn).getByRole('button', { name: 'Confirm' }).click()
  await expect(field).toHaveAccessibleDescription('That is not your password.')
  await expect(field).toBeFocused()

  await field.fill(person.password)
  await stepUpDialog(signedIn).getByRole('button', { name: 'Confirm' }).click()
  await expect(said(signedIn, 'Your password was changed.')).toBeVisible()
})

test('every question names the action it is asked for', async ({ server, signedIn, secondBrowser, person }) => {
  const expectQuestion = async (address: string, button: string, purpose: string) => {
    await signedIn.goto(`/settings/${address}`)
    await signedIn.getByRole('button', { name: button }).click()
    await expect(stepUpDialog(signedIn)).toContainText(`${purpose}, enter your password once more.`)
    await stepUpDialog(signedIn).getByRole('button', { name: 'Cancel' }).click()
    await expect(signedIn.getByText(notConfirmed)).toBeVisible()
  }
  await signIn(secondBrowser.context(), server.url, person)
  await server.letProofsGetOld(person)
  await expectQuestion('sessions', 'Close session', 'To end this session')
  await expectQuestion('sessions', 'Close all other sessions', 'To end all your other sessions')
  const twoFactor = 'two-factor'
  await expectQuestion(twoFactor, 'Use Two Factor Authentication', 'To set up an authenticator app')
  await expectQuestion(
    twoFactor,
    'Set up at next sign-in',
    'To have two-factor authentication set up at your next sign-in',
  )
  expect(await call(signedIn.context(), server.url, 'GET', '/account/sessions')).toHaveLength(2)

  await call(secondBrowser.context(), server.url, 'POST', '/step-up', { password: person.password })
  await call(secondBrowser.context(), server.url, 'POST', '/account/two-factor/pending')
  await expectQuestion(twoFactor, 'Cancel', 'To cancel setting up two-factor authentication')
})

test('a wrong code is refused in its place; a recovery code is the other way, and is used up', async ({
  server,
  page,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()
  await codeField(stepUpDialog(page)).fill(authenticator.wrongCode())
  await expect(codeField(stepUpDialog(page))).toHaveAccessibleDescription(/That code did not match/)
  await expect(codeField(stepUpDialog(page))).toBeFocused()
  await expect(codeField(stepUpDialog(page))).toHaveValue('')

  await stepUpDialog(page).getByRole('button', { name: 'Use a recovery code' }).click()
  await expect(stepUpDialog(page)).toContainText(
    'To turn two-factor authentication off, enter one of your recovery codes. It is used up by this.',
  )
  const field = stepUpDialog(page).getByLabel('Recovery code')
  await field.fill(codes[0] ?? '')
  await stepUpDialog(page).getByRole('button', { name: 'Confirm' }).click()
  await expect(field).toHaveAccessibleDescription(/That recovery code is wrong or was used already\. Try another one\./)
  await field.fill(codes[1] ?? '')
  await stepUpDialog(page).getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByText('Status: Disabled')).toBeVisible()
})

test('what always asks does so right after another action was confirmed (SE-07, RC-04)', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: 'Generate new recovery codes' }).click()
  await confirmByRecoveryCode(page, codes[1])
  await expect(recoveryCodes(page)).toHaveCount(10)
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Replace authenticator app' }).click()
  await expect(stepUpDialog(page)).toContainText('To replace your authenticator app')
  await expect(setupKey(page)).toBeHidden()
})

test('a code that is late says by how much, and what time it is on the server', async ({
  server,
  page,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('button', { name: 'Reset Secret' }).click()
  await codeField(stepUpDialog(page)).fill(authenticator.codeOff(-5))
  await expect(codeField(stepUpDialog(page))).toHaveAccessibleDescription(
    /This code belongs to (2 min 30 s|3 min) ago: the clock of your phone is off\. Server time \d\d:\d\d:\d\d UTC\./,
  )
})

test('a code that was used to sign in is not taken again', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  const code = await authenticator.code()
  await codeField(page).fill(code)
  await expect(profileMenu(page, person)).toBeVisible()
  await page.goto('/settings/two-factor')
  await page.getByRole('button', { name: 'Reset Secret' }).click()
  await codeField(stepUpDialog(page)).fill(code)
  await expect(codeField(stepUpDialog(page))).toHaveAccessibleDescription(
    /That code was used already\. Wait for the next one and try again\./,
  )
})

test('after ten wrong codes the account pauses, and both doors say until when', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  const code = authenticator.wrongCode()
  for (let tries = 0; tries < 10; tries++)
    await expect(call(page.context(), server.url, 'POST', '/step-up', { code })).rejects.toThrow(/ 401 .*wrong-code/)

  await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()
  await codeField(stepUpDialog(page)).fill(await authenticator.code())
  await expect(stepUpDialog(page)).toContainText(/Too many attempts\. Try again in 15 minutes, at \d\d:\d\d\./)

  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await codeField(secondBrowser).fill('123456')
  await expect(secondBrowser.getByRole('alert')).toContainText(
    /Too many attempts\. Try again in 1[45] minutes, at \d\d:\d\d\./,
  )
})
