import { expect } from '@playwright/test'
import { signIn } from '../fixtures/api.ts'
import { profileMenu } from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

test('the profile menu leads to the settings of this person', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/sessions')
  await profileMenu(signedIn, person).click()
  await signedIn.getByRole('menuitem', { name: 'User Settings' }).click()
  await expect(signedIn).toHaveURL('/settings/profile')
  await expect(signedIn.getByRole('heading', { name: 'Profile' })).toBeVisible()
})

test('a new name is saved and stands in the menu at once', async ({ signedIn }) => {
  await signedIn.goto('/settings/profile')
  await signedIn.getByLabel('Name', { exact: true }).fill('Kim Åkesson-Öz')
  await signedIn.getByRole('button', { name: 'Save' }).click()
  await expect(profileMenu(signedIn, { displayName: 'Kim Åkesson-Öz' })).toBeVisible()

  await signedIn.reload()
  await expect(signedIn.getByLabel('Name', { exact: true })).toHaveValue('Kim Åkesson-Öz')
})

test('a name of nothing but spaces is refused where it was typed', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/profile')
  const name = signedIn.getByLabel('Name', { exact: true })
  await name.fill('   ')
  await signedIn.getByRole('button', { name: 'Save' }).click()
  await expect(name).toHaveAttribute('aria-invalid', 'true')
  await expect(name).toHaveAccessibleDescription('Fill this in.')
  await expect(profileMenu(signedIn, person)).toBeVisible()
})

test('the side menu shows only what works', async ({ signedIn }) => {
  await signedIn.goto('/settings/profile')
  const entries = signedIn.getByRole('navigation').getByRole('link')
  await expect(entries).toHaveText([
    'Profile',
    'Password',
    'Two-factor authentication',
    'API key',
    'API password',
    'Sessions',
    'Downloads',
  ])
})

test('the profile menu leads to the API documentation', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/profile')
  await profileMenu(signedIn, person).click()
  const documentation = signedIn.getByRole('menuitem', { name: 'API documentation' })
  await expect(documentation).toHaveAttribute('href', '/api/docs')
  await expect(signedIn.getByRole('menuitem')).toHaveText(['User Settings', 'API documentation', 'Sign out'])
})

test('whose account is read-only sees the name and why it cannot be changed', async ({
  server,
  signedIn,
  person,
  administrator,
}) => {
  await administrator.changePerson(person, { role: 'read-only' })
  await signIn(signedIn, server.url, person)
  await signedIn.goto('/settings/profile')
  const name = signedIn.getByLabel('Name', { exact: true })
  await expect(name).toHaveValue(person.displayName)
  await expect(name).not.toBeEditable()
  await expect(name).toHaveAccessibleDescription(/read-only.*Ask an administrator/)
  await expect(signedIn.getByRole('button', { name: 'Save' })).toBeHidden()
})
