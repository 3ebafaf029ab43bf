import { expect, type Page } from '@playwright/test'
import { signIn } from '../fixtures/api.ts'
import { profileMenu, said } from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

const others = (page: Page) => page.getByRole('region', { name: 'Other sessions' }).getByRole('listitem')

test('the list shows where one is signed in and marks this browser', async ({ signedIn }) => {
  await signedIn.goto('/settings/sessions')
  const here = signedIn.getByRole('region', { name: 'This session' })
  await expect(here).toContainText('Chrom')
  await expect(here).toContainText('Linux')
  await expect(here).toContainText('127.0.0.1')
  await expect(here).toContainText('password')
  await expect(others(signedIn)).toHaveCount(0)
  await expect(signedIn.getByText('You are signed in nowhere else.')).toBeVisible()
})

test('closing the session of a lost phone signs it out and leaves this one', async ({
  server,
  signedIn,
  person,
  browser,
}) => {
  const lost = await browser.newContext({ baseURL: server.url, userAgent: phone })
  await signIn(lost, server.url, person)
  const lostPage = await lost.newPage()
  await lostPage.goto('/settings/profile')
  await expect(profileMenu(lostPage, person)).toBeVisible()

  await signedIn.goto('/settings/sessions')
  const session = others(signedIn).filter({ hasText: 'iOS' })
  await session.getByRole('button', { name: 'Close session' }).click()
  await expect(said(signedIn, 'was signed out')).toBeVisible()
  await expect(session).toHaveCount(0)

  await lostPage.reload()
  await expect(lostPage.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await signedIn.reload()
  await expect(signedIn.getByText('You are signed in nowhere else.')).toBeVisible()
  await lost.close()
})

test('all other sessions can be closed at once', async ({ server, signedIn, person, secondBrowser, browser }) => {
  const third = await browser.newContext({ baseURL: server.url, userAgent: phone })
  await signIn(third, server.url, person)
  await signIn(secondBrowser.context(), server.url, person)

  await signedIn.goto('/settings/sessions')
  await expect(others(signedIn)).toHaveCount(2)
  await signedIn.getByRole('button', { name: 'Close all other sessions' }).click()
  await expect(others(signedIn)).toHaveCount(0)

  await secondBrowser.goto('/settings/profile')
  await expect(secondBrowser.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await third.close()
})
