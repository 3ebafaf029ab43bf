import { expect, type Page } from '@playwright/test'
import { profileMenu, tabTo } from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const press = async (page: Page, name: string) => {
  await tabTo(page, page.getByRole('button', { name }))
  await page.keyboard.press('Enter')
}

test('signing in, enrolling and signing in again need no mouse', async ({ page, person, authenticator }) => {
  await page.goto('/sign-in')
  await test.step('sign in', async () => {
    await tabTo(page, page.getByLabel('User name'))
    await page.keyboard.type(person.username)
    await tabTo(page, page.getByLabel('Password', { exact: true }))
    await page.keyboard.type(person.password)
    await page.keyboard.press('Enter')
    await expect(profileMenu(page, person)).toBeVisible()
  })

  await test.step('go to two-factor authentication', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Two-factor authentication' }))
    await page.keyboard.press('Enter')
    await expect(page.getByText('Status: Disabled')).toBeVisible()
  })

  await test.step('enrol', async () => {
    await press(page, 'Use Two Factor Authentication')
    authenticator.add((await page.getByLabel('Setup key').textContent()) ?? '')
    await tabTo(page, page.getByLabel('Code', { exact: true }))
    await page.keyboard.type(await authenticator.code())
    await expect(page.getByRole('list', { name: 'Recovery codes' })).toBeVisible()
    await tabTo(page, page.getByLabel('I have saved these codes'))
    await page.keyboard.press('Space')
    await press(page, 'Sign in again')
  })

  await test.step('sign in with the code', async () => {
    await tabTo(page, page.getByLabel('User name'))
    await page.keyboard.type(person.username)
    await tabTo(page, page.getByLabel('Password', { exact: true }))
    await page.keyboard.type(person.password)
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('Code', { exact: true })).toBeFocused()
    await page.keyboard.type(await authenticator.code())
    await expect(profileMenu(page, person)).toBeVisible()
  })

  await test.step('sign out from the menu', async () => {
    await tabTo(page, profileMenu(page, person))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'User Settings' })).toBeFocused()
    await page.keyboard.press('ArrowUp')
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })
})

test('Escape closes the menu and gives the focus back', async ({ signedIn, person }) => {
  await signedIn.goto('/settings/profile')
  await tabTo(signedIn, profileMenu(signedIn, person))
  await signedIn.keyboard.press('Enter')
  await expect(signedIn.getByRole('menuitem', { name: 'User Settings' })).toBeVisible()
  await signedIn.keyboard.press('Escape')
  await expect(signedIn.getByRole('menuitem', { name: 'User Settings' })).toBeHidden()
  await expect(profileMenu(signedIn, person)).toBeFocused()
})

test('the first Tab on a page offers to skip the menus', async ({ signedIn }) => {
  await signedIn.goto('/settings/profile')
  await expect(signedIn.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await signedIn.keyboard.press('Tab')
  await expect(signedIn.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await signedIn.keyboard.press('Enter')
  await expect(signedIn.getByRole('main')).toBeFocused()
})
