import { expect } from '@playwright/test'
import { profileMenu, signInByForm } from '../fixtures/pages.ts'
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
  await expect(page.getByLabel('Code', { exact: true })).toBeFocused()

  await page.goto('/settings/profile')
  await expect(profileMenu(page, person)).toBeHidden()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('the code from the authenticator app is the second step', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  // six digits send themselves
  await page.getByLabel('Code', { exact: true }).pressSequentially(await authenticator.code())
  await expect(profileMenu(page, person)).toBeVisible()
})

test('a wrong code is refused and can be typed again', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  const code = page.getByLabel('Code', { exact: true })
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
  // as read from paper: case and hyphens do not matter
  await page.getByLabel('Recovery code').fill(recoveryCode.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('button', { name: 'Verify' }).click()

  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await page.goto('/settings/two-factor')
  await expect(page.getByText('9 of 10 left')).toBeVisible()
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
