import { expect } from '@playwright/test'
import { firstAdministrator } from '../fixtures/api.ts'
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
import { test } from '../fixtures/test.ts'

const reason = 'Your administrator requires two-factor authentication for this account, so it cannot be cancelled.'

test('an administrator requires a second factor of one person: Pending, without Cancel, with the reason', async ({
  signedIn,
  person,
  administrator,
}) => {
  await administrator.changePerson(person, { requireTwoFactor: true })
  await signedIn.goto('/settings/two-factor')
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
  await expect(signedIn.getByText(reason)).toBeVisible()
  await expect(signedIn.getByRole('button', { name: 'Cancel' })).toBeHidden()

  await administrator.changePerson(person, { requireTwoFactor: false })
  await signedIn.reload()
  await expect(signedIn.getByText('Status: Disabled')).toBeVisible()
})

test('a factor that became required since the page was opened cannot be cancelled', async ({
  signedIn,
  person,
  administrator,
}) => {
  await signedIn.goto('/settings/two-factor')
  await signedIn.getByRole('button', { name: 'Set up at next sign-in' }).click()
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
  await administrator.changePerson(person, { requireTwoFactor: true })
  await signedIn.getByRole('button', { name: 'Cancel' }).click()
  await expect(
    signedIn.getByText(
      'Two-factor authentication is required for this account, so you cannot go without it. Ask your administrator if that is wrong.',
    ),
  ).toBeVisible()
  await signedIn.reload()
  await expect(signedIn.getByText('Status: Pending')).toBeVisible()
})

test.describe('on a server of its own', () => {
  test.use({ ownServer: true })

  test('a policy for everyone makes whoever is signed in Pending, and the next sign-in sets it up', async ({
    signedIn,
    person,
    administrator,
    authenticator,
  }) => {
    await administrator.changePolicy({ requireTwoFactor: 'everyone' })
    await signedIn.goto('/settings/two-factor')
    await expect(signedIn.getByText('Status: Pending')).toBeVisible()
    await expect(signedIn.getByText(reason)).toBeVisible()

    await signedIn.context().clearCookies()
    await signedIn.goto('/sign-in')
    await signInByForm(signedIn, person)
    authenticator.add(await readSetupKey(signedIn))
    await codeField(signedIn).fill(await authenticator.code())
    await expect(recoveryCodes(signedIn)).toHaveCount(10)
  })

  test('a policy for administrators asks them and nobody else', async ({
    page,
    secondBrowser,
    person,
    administrator,
  }) => {
    await administrator.changePolicy({ requireTwoFactor: 'administrators' })
    await page.goto('/sign-in')
    await signInByForm(page, firstAdministrator)
    await expect(setupKey(page)).toBeVisible()

    await secondBrowser.goto('/sign-in')
    await signInByForm(secondBrowser, person)
    await expect(profileMenu(secondBrowser, person)).toBeVisible()
  })

  test('without signing out after setting up, the codes end in Done and this session goes on', async ({
    server,
    signedIn,
    secondBrowser,
    person,
    administrator,
    authenticator,
  }) => {
    await administrator.changePolicy({ signOutAfterEnrolment: false })
    await secondBrowser.goto(`${server.url}/sign-in`)
    await signInByForm(secondBrowser, person)
    await expect(profileMenu(secondBrowser, person)).toBeVisible()

    await signedIn.goto('/settings/two-factor')
    await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
    authenticator.add(await readSetupKey(signedIn))
    await codeField(signedIn).fill(await authenticator.code())
    await readRecoveryCodes(signedIn)
    await expect(signedIn.getByText('All your other sessions were ended.')).toBeVisible()
    await signedIn.getByLabel('I have saved these codes').check()
    await signedIn.getByRole('button', { name: 'Done' }).click()
    await expect(signedIn.getByText('Status: Active')).toBeVisible()
    await expect(said(signedIn, 'Two-factor authentication is active.')).toBeVisible()

    await secondBrowser.reload()
    await expect(secondBrowser.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })
})
