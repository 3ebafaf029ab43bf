import { expect } from '@playwright/test'
import { codeField, profileMenu, readRecoveryCodes, readSetupKey, said, signInByForm } from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

test('user name and password open the settings', async ({ page, person }) => {
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(profileMenu(page, person)).toBeVisible()
  await expect(page).toHaveURL('/settings/profile')
})

test('a wrong password is refused, and the user name stays typed', async ({ page, person }) => {
  await page.goto('/sign-in')
  await signInByForm(page, { ...person, password: 'not my password at all' })
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.')
  await expect(page.getByLabel('User name')).toHaveValue(person.username)
  await expect(page).toHaveURL('/sign-in')
})

test('a name that does not exist is refused with the very same words', async ({ page, person }) => {
  await page.goto('/sign-in')
  await signInByForm(page, { ...person, password: 'not my password at all' })
  const words = await page.getByRole('alert').textContent()
  await page.goto('/sign-in')
  await signInByForm(page, { ...person, username: 'nobody-here' })
  await expect(page.getByRole('alert')).toHaveText(words ?? '')
})

test('with two-factor authentication on, the password alone opens nothing', async ({ page, person, enrol }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(codeField(page)).toBeFocused()
  await expect(codeField(page)).toHaveAccessibleDescription(
    'The six digits your authenticator app shows for this account.',
  )

  await page.goto('/settings/profile')
  await expect(profileMenu(page, person)).toBeHidden()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('the code from the authenticator app is the second step', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  // six digits send themselves
  await codeField(page).pressSequentially(await authenticator.code())
  await expect(profileMenu(page, person)).toBeVisible()
})

test('a wrong code is refused and can be typed again', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  const code = codeField(page)
  await code.pressSequentially(authenticator.wrongCode())
  await expect(code).toHaveAccessibleDescription(/That code did not match/)
  await expect(code).toBeFocused()
  await expect(code).toHaveValue('')

  await code.pressSequentially(await authenticator.code())
  await expect(profileMenu(page, person)).toBeVisible()
})

test('a recovery code is the way in without the phone, and says how many are left', async ({ page, person, enrol }) => {
  const [recoveryCode = ''] = await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await expect(page.getByLabel('Recovery code')).toHaveAccessibleDescription(
    'One of the codes you saved. Each works once; capitals, spaces and hyphens do not matter.',
  )
  await page.getByLabel('Recovery code').fill(recoveryCode.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('button', { name: 'Verify' }).click()

  await expect(said(page, '9 recovery codes are left.')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(profileMenu(page, person)).toBeVisible()
})

test('a recovery code works once', async ({ page, person, enrol }) => {
  const [used = ''] = await enrol()
  for (const answer of ['accepted', 'refused']) {
    await page.context().clearCookies()
    await page.goto('/sign-in')
    await signInByForm(page, person)
    await page.getByRole('button', { name: 'Use a recovery code' }).click()
    await page.getByLabel('Recovery code').fill(used)
    await page.getByRole('button', { name: 'Verify' }).click()
    const words =
      answer === 'accepted' ? '9 recovery codes are left.' : 'That recovery code is wrong or was used already.'
    await expect(page.getByText(words)).toBeVisible()
  }
  await expect(page.getByLabel('Recovery code')).toBeVisible()
})

test('after signing out, Back shows nothing of the account (SE-04)', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/profile')
  await signedIn.goto('/settings/sessions')
  await profileMenu(signedIn, person).click()
  await signedIn.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()

  await signedIn.goBack()
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await expect(signedIn.getByText(person.displayName)).toBeHidden()
})

test('signing out with the network cut says what is still to be done', async ({ signedIn, person, complaints }) => {
  await signedIn.goto('/settings/profile')
  await expect(profileMenu(signedIn, person)).toBeVisible()
  await signedIn.context().setOffline(true)
  await profileMenu(signedIn, person).click()
  await signedIn.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(
    said(
      signedIn,
      'You are signed out in this window, but the server could not be told. Once you are online again, sign in and end that session.',
    ),
  ).toBeVisible()
  expect(complaints.splice(0).every((line) => line.includes('net::ERR_INTERNET_DISCONNECTED'))).toBe(true)
})

test('a code of another time is refused without a word about clocks (SI-01)', async ({
  page,
  person,
  enrol,
  authenticator,
}) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await codeField(page).fill(authenticator.codeOff(-5))
  await expect(codeField(page)).toHaveAccessibleDescription(/That code did not match/)
  await expect(codeField(page)).not.toHaveAccessibleDescription(/ago|Server time/)
})

test('five wrong codes begin the sign-in again, and say so', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  for (let wrong = 0; wrong < 5; wrong++) {
    const answered = page.waitForResponse(/sign-in\/second-factor$/)
    await codeField(page).fill(authenticator.wrongCode())
    await answered
    await expect(codeField(page)).toHaveAccessibleDescription(/That code did not match/)
  }
  await codeField(page).fill(await authenticator.code())
  await expect(
    said(page, 'That took too long, or there were too many wrong codes, so signing in starts again.'),
  ).toBeVisible()
  await expect(page.getByLabel('User name')).toBeVisible()
})

test('somebody added by an administrator chooses a password of their own before anything else (SI-06)', async ({
  page,
  administrator,
}) => {
  const person = await administrator.addPerson()
  const own = 'eleven slow lanterns drift'
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(page.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  await expect(
    page.getByText('Somebody else chose the password you have now. Choose one that only you know, then you can go on.'),
  ).toBeVisible()
  const field = page.getByLabel('New password')
  await expect(field).toHaveAttribute('autocomplete', 'new-password')
  await field.fill(person.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(field).toHaveAccessibleDescription(/This is your present password\. Choose a new one\./)

  await field.fill(own)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(profileMenu(page, person)).toBeVisible()
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.')
  await signInByForm(page, { ...person, password: own })
  await expect(profileMenu(page, person)).toBeVisible()
})

test('leaving the new password for later leaves nobody signed in (SI-01)', async ({ page, administrator }) => {
  const person = await administrator.addPerson()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(page.getByLabel('New password')).toBeVisible()
  await page.goto('/settings/profile')
  await expect(said(page, 'You are not signed in, or your session has ended. Sign in to see that page.')).toBeVisible()
})

test('a new password comes first, then the second factor that is required, then the codes', async ({
  page,
  administrator,
  authenticator,
}) => {
  const person = await administrator.addPerson({ requireTwoFactor: true })
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await page.getByLabel('New password').fill('eleven slow lanterns drift')
  await page.getByRole('button', { name: 'Change password' }).click()
  authenticator.add(await readSetupKey(page))
  await codeField(page).fill(await authenticator.code())
  await readRecoveryCodes(page)
  await page.getByLabel('I have saved these codes').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(profileMenu(page, person)).toBeVisible()
})
