import { expect, type Page } from '@playwright/test'
import { Authenticator } from '../fixtures/authenticator.ts'
import {
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  profileMenu,
  readSetupKey,
  said,
  setupKey,
  signInByForm,
  stepUpDialog,
} from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const replace = (page: Page) => page.getByRole('button', { name: 'Replace authenticator app' })

test('a replacement that was cancelled half-way leaves the old app working', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
  authenticator,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await replace(page).click()
  await expect(stepUpDialog(page)).toContainText(
    'To replace your authenticator app, enter the code from your authenticator app.',
  )
  await confirmByRecoveryCode(page, codes[1])
  await expect(page.getByRole('heading', { name: 'Scan this with your new authenticator app' })).toBeVisible()
  await expect(
    page.getByText(
      'Your present app works until the code from the new one is right. Your recovery codes stay as they are.',
    ),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Status: Active')).toBeVisible()

  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, person)
  await codeField(secondBrowser).fill(await authenticator.code())
  await expect(profileMenu(secondBrowser, person)).toBeVisible()
})

test('a proved replacement is the only app; the recovery codes stay (TO-08)', async ({
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
  await replace(page).click()
  await confirmByRecoveryCode(page, codes[2])
  const newApp = new Authenticator()
  newApp.add(await readSetupKey(page))
  await codeField(page).fill(await newApp.code())
  await expect(
    said(
      page,
      'Your authenticator app was replaced. Codes of the old one no longer work, so delete its entry; your recovery codes stay. All your other sessions were ended.',
    ),
  ).toBeVisible()
  await expect(page.getByText('Status: Active')).toBeVisible()
  await expect(page.getByText('7 of 10 left')).toBeVisible()

  await secondBrowser.reload()
  await signInByForm(secondBrowser, person)
  await codeField(secondBrowser).fill(await authenticator.code())
  await expect(codeField(secondBrowser)).toHaveAccessibleDescription(/That code did not match/)
  await codeField(secondBrowser).fill(await newApp.code())
  await expect(profileMenu(secondBrowser, person)).toBeVisible()
})

test('whoever would rather not confirm is not shown a new key', async ({ server, page, person, enrol }) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await replace(page).click()
  await stepUpDialog(page).getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText("Nothing was changed, because you did not confirm it's you.")).toBeVisible()
  await expect(setupKey(page)).toBeHidden()
  await expect(replace(page)).toBeFocused()
})
