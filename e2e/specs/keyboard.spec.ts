import { expect, type Page } from '@playwright/test'
import {
  codeField,
  openTwoFactor,
  profileMenu,
  readRecoveryCodes,
  readSetupKey,
  said,
  stepUpDialog,
  tabTo,
} from '../fixtures/pages.ts'
import type { Person } from '../fixtures/server.ts'
import { test } from '../fixtures/test.ts'

const press = async (page: Page, name: string) => {
  await tabTo(page, page.getByRole('button', { name }))
  await page.keyboard.press('Enter')
}

async function typeNameAndPassword(page: Page, { username, password }: Person) {
  await tabTo(page, page.getByLabel('User name'))
  await page.keyboard.type(username)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
}

test('signing in, enrolling and signing in again need no mouse', async ({ page, person, authenticator }) => {
  await page.goto('/sign-in')
  await test.step('sign in', async () => {
    await typeNameAndPassword(page, person)
    // a page that has come takes the focus to its name
    await expect(page.getByRole('heading', { name: 'Profile', level: 1 })).toBeFocused()
  })

  await test.step('go to two-factor authentication', async () => {
    await tabTo(page, page.getByRole('link', { name: 'Two-factor authentication' }))
    await page.keyboard.press('Enter')
    await expect(page.getByText('Status: Disabled')).toBeVisible()
  })

  await test.step('enrol', async () => {
    await press(page, 'Use Two Factor Authentication')
    authenticator.add(await readSetupKey(page))
    await tabTo(page, codeField(page))
    await page.keyboard.type(await authenticator.code())
    await expect(page.getByRole('list', { name: 'Recovery codes' })).toBeVisible()
    await tabTo(page, page.getByLabel('I have saved these codes'))
    await page.keyboard.press('Space')
    await press(page, 'Sign in again')
  })

  await test.step('sign in with the code', async () => {
    await typeNameAndPassword(page, person)
    await expect(codeField(page)).toBeFocused()
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

test('setting up at sign-in needs no mouse', async ({ server, page, person, administrator, authenticator }) => {
  await administrator.changePerson(person, { requireTwoFactor: true })
  await page.goto('/sign-in')
  await typeNameAndPassword(page, person)
  authenticator.add(await readSetupKey(page))
  await tabTo(page, codeField(page))
  await page.keyboard.type(await authenticator.code())
  // what was typed is gone with its step, so the next one is heard from its name on
  await expect(page.getByRole('heading', { name: 'Save your recovery codes' })).toBeFocused()
  await tabTo(page, page.getByLabel('I have saved these codes'))
  await page.keyboard.press('Space')
  await press(page, 'Done')
  await expect(page).toHaveURL(`${server.url}/settings/profile`)
})

test('coming in with a recovery code and making new ones needs no mouse', async ({ page, person, enrol }) => {
  const old = await enrol()
  await page.goto('/sign-in')
  await typeNameAndPassword(page, person)
  await expect(codeField(page)).toBeFocused()
  await press(page, 'Use a recovery code')
  await expect(page.getByLabel('Recovery code')).toBeFocused()
  await page.keyboard.type(old[0] ?? '')
  await page.keyboard.press('Enter')
  await press(page, 'Generate new recovery codes')
  const codes = await readRecoveryCodes(page)
  await tabTo(page, page.getByLabel('I have saved these codes'))
  await page.keyboard.press('Space')
  await tabTo(page, page.getByLabel('Last group of one of the new codes'))
  await page.keyboard.type(codes[0] ?? '')
  await page.keyboard.press('Enter')
  await expect(said(page, 'are in force. The ones you had before are void; destroy them.')).toBeVisible()
})

test('confirming with a recovery code needs no mouse', async ({ server, page, person, enrol }) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await press(page, 'Deactivate Two Factor Authentication')
  await expect(codeField(stepUpDialog(page))).toBeFocused()
  await press(page, 'Use a recovery code')
  await expect(stepUpDialog(page).getByLabel('Recovery code')).toBeFocused()
  await page.keyboard.type(codes[1] ?? '')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Status: Disabled')).toBeVisible()
})

test('Escape closes the question and gives the focus back to the button that asked', async ({
  server,
  signedIn,
  person,
}) => {
  await server.letProofsGetOld(person)
  await signedIn.goto('/settings/two-factor')
  await press(signedIn, 'Set up at next sign-in')
  await expect(stepUpDialog(signedIn)).toBeVisible()
  await signedIn.keyboard.press('Escape')
  await expect(stepUpDialog(signedIn)).toBeHidden()
  await expect(signedIn.getByRole('button', { name: 'Set up at next sign-in' })).toBeFocused()
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

test('making, replacing and revoking an API key needs no mouse', async ({ signedIn }) => {
  await signedIn.goto('/settings/api-key')
  await press(signedIn, 'Generate new API Key')
  await expect(signedIn.getByRole('textbox', { name: 'API key' })).toBeVisible()
  await press(signedIn, 'I have saved this key')
  await expect(said(signedIn, 'Your new API key works from now on.')).toBeFocused()

  await test.step('replace it', async () => {
    await press(signedIn, 'Generate new API Key')
    const question = signedIn.getByRole('dialog')
    await expect(question.getByLabel('Stops at once')).toBeFocused()
    await signedIn.keyboard.press('ArrowDown')
    await expect(question.getByLabel('Works for 1 hour more')).toBeChecked()
    await tabTo(signedIn, question.getByRole('button', { name: 'Generate new API Key' }))
    await signedIn.keyboard.press('Enter')
    await press(signedIn, 'I have saved this key')
    await expect(signedIn.getByRole('region', { name: 'The key before' })).toBeVisible()
  })

  await test.step('revoke it', async () => {
    await press(signedIn, 'Revoke')
    await tabTo(signedIn, signedIn.getByRole('button', { name: 'Revoke API key' }))
    await signedIn.keyboard.press('Enter')
    await expect(said(signedIn, 'Your API key was revoked, effective at once.')).toBeFocused()
  })
})
