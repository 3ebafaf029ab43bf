import { expect } from '@playwright/test'
import { call, signIn } from '../fixtures/api.ts'
import { said, signInByForm } from '../fixtures/pages.ts'
import { asProgram, basic, bearer } from '../fixtures/program.ts'
import { test } from '../fixtures/test.ts'

const newPassword = 'eleven slow lanterns drift'

test('a changed password is the one that opens the account', async ({ signedIn, person, secondBrowser }) => {
  await signedIn.goto('/settings/password')
  await signedIn.getByLabel('Current password').fill(person.password)
  await signedIn.getByLabel('New password').fill(newPassword)
  await signedIn.getByRole('button', { name: 'Change password' }).click()
  await expect(said(signedIn, 'Your password was changed. All other sessions were ended.')).toBeVisible()

  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await expect(secondBrowser.getByRole('alert')).toContainText('User name or password is wrong.')
  await signInByForm(secondBrowser, { ...person, password: newPassword })
  await expect(secondBrowser).toHaveURL('/settings/profile')
})

test('the rules are ticked off while the new password is typed', async ({ signedIn }) => {
  await signedIn.goto('/settings/password')
  const rule = signedIn.getByRole('listitem').filter({ hasText: 'At least 15 characters' })
  await expect(rule).toContainText('not yet')

  const field = signedIn.getByLabel('New password')
  await field.fill('too short')
  await expect(rule).toContainText('not yet')
  await field.fill(newPassword)
  await expect(rule).toContainText('done')
})

test('a wrong current password keeps what was typed', async ({ signedIn }) => {
  await signedIn.goto('/settings/password')
  await signedIn.getByLabel('Current password').fill('not my password at all')
  await signedIn.getByLabel('New password').fill(newPassword)
  await signedIn.getByRole('button', { name: 'Change password' }).click()

  await expect(signedIn.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true')
  await expect(signedIn.getByLabel('Current password')).toHaveAccessibleDescription(
    'That is not your present password.',
  )
  await expect(signedIn.getByLabel('New password')).toHaveValue(newPassword)
})

test('a password from the list of common ones is refused with the reason', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/password')
  await signedIn.getByLabel('Current password').fill(person.password)
  await signedIn.getByLabel('New password').fill('passwordpassword')
  await signedIn.getByRole('button', { name: 'Change password' }).click()
  await expect(signedIn.getByLabel('New password')).toHaveAccessibleDescription(
    /among the passwords attackers try first/,
  )
})

test('a changed password ends the other sessions, and this one goes on', async ({
  server,
  signedIn,
  person,
  secondBrowser,
}) => {
  await signIn(secondBrowser.context(), server.url, person)
  await secondBrowser.goto('/settings/profile')
  await expect(secondBrowser.getByRole('heading', { name: 'Profile' })).toBeVisible()

  await signedIn.goto('/settings/password')
  await signedIn.getByLabel('Current password').fill(person.password)
  await signedIn.getByLabel('New password').fill(newPassword)
  await signedIn.getByRole('button', { name: 'Change password' }).click()
  await expect(said(signedIn, 'Your password was changed. All other sessions were ended.')).toBeVisible()

  await secondBrowser.reload()
  await expect(secondBrowser.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await signedIn.reload()
  await expect(signedIn.getByRole('heading', { name: 'Password', level: 1 })).toBeVisible()
})

test('what was typed can be shown and hidden again', async ({ signedIn }) => {
  await signedIn.goto('/settings/password')
  const field = signedIn.getByLabel('New password')
  await field.fill(newPassword)
  await expect(field).toHaveAttribute('type', 'password')
  await signedIn.getByRole('button', { name: 'Show New password' }).click()
  await expect(field).toHaveAttribute('type', 'text')
  await signedIn.getByRole('button', { name: 'Hide New password' }).click()
  await expect(field).toHaveAttribute('type', 'password')
})

test.describe('with an API key and an API password', () => {
  let credentials: string[]

  test.beforeEach(async ({ server, signedIn, person }) => {
    const make = <Reply>(path: string) => call<Reply>(signedIn, server.url, 'POST', path)
    const { apiKey } = await make<{ apiKey: string }>('/account/api-key')
    const { apiPassword } = await make<{ apiPassword: string }>('/account/api-password')
    credentials = [bearer(apiKey), basic(person.username, apiPassword)]
    await signedIn.goto('/settings/password')
    await signedIn.getByLabel('Current password').fill(person.password)
    await signedIn.getByLabel('New password').fill(newPassword)
  })

  test('a changed password ends both unless one says otherwise (PW-06)', async ({ server, signedIn }) => {
    await expect(signedIn.getByLabel('Revoke my API key too')).toBeChecked()
    await expect(signedIn.getByLabel('Revoke my API password too')).toBeChecked()
    await signedIn.getByRole('button', { name: 'Change password' }).click()
    await expect(said(signedIn, 'Your API key and your API password were revoked.')).toBeVisible()
    for (const credential of credentials) expect((await asProgram(server, credential)).status).toBe(401)
    await expect(signedIn.getByLabel('Revoke my API key too')).toBeHidden()
  })

  test('with download links too: they end as well unless one says otherwise, and what happened is said', async ({
    server,
    signedIn,
    person,
  }) => {
    const make = async () => {
      const body = { resource: 'account-export', expiresInHours: 1 }
      return (await call<{ url: string }>(signedIn, server.url, 'POST', '/account/downloads', body)).url
    }
    const links = signedIn.getByLabel('Revoke my download links too')
    const first = await make()
    await signedIn.reload()
    await expect(links).toBeChecked()
    await signedIn.getByLabel('Current password').fill(person.password)
    await signedIn.getByLabel('New password').fill(newPassword)
    await signedIn.getByRole('button', { name: 'Change password' }).click()
    await expect(said(signedIn, 'Your API key, your API password and your download links were revoked.')).toBeVisible()
    expect((await fetch(first)).status).toBe(410)
    await expect(links).toBeHidden()

    const second = await make()
    await signedIn.reload()
    await links.uncheck()
    await signedIn.getByLabel('Current password').fill(newPassword)
    await signedIn.getByLabel('New password').fill('twelve slow lanterns drift')
    await signedIn.getByRole('button', { name: 'Change password' }).click()
    await expect(said(signedIn, 'Your download links still work.')).toBeVisible()
    expect((await fetch(second)).status).toBe(200)
  })

  test('what is not ticked goes on working', async ({ server, signedIn }) => {
    await signedIn.getByLabel('Revoke my API key too').uncheck()
    await signedIn.getByRole('button', { name: 'Change password' }).click()
    await expect(said(signedIn, 'Your API password was revoked. Your API key still works.')).toBeVisible()
    const statuses = await Promise.all(
      credentials.map(async (credential) => (await asProgram(server, credential)).status),
    )
    expect(statuses).toEqual([200, 401])
  })
})

test('without API key, API password and download link nothing is asked about them', async ({ signedIn }) => {
  const answers = Promise.all(
    ['api-key', 'api-password', 'downloads'].map((name) => signedIn.waitForResponse(`**/api/v1/account/${name}`)),
  )
  await signedIn.goto('/settings/password')
  await answers
  await expect(signedIn.getByLabel('New password')).toBeVisible()
  await expect(signedIn.getByRole('checkbox')).toHaveCount(0)
})
