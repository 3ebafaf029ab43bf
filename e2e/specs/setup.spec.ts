import { expect } from '@playwright/test'
import { test } from '../fixtures/test.ts'

test('the printed link makes the first administrator, who is then signed in, once', async ({ page, freshServer }) => {
  await page.goto(freshServer.setupLink)
  // whoever looks over the shoulder, or at the history later, finds no token
  await expect(page).toHaveURL(`${freshServer.url}/setup`)

  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Display name').fill('Ada Moss')
  await page.getByLabel('Password', { exact: true }).fill('seven grey herons wait')
  await page.getByRole('button', { name: 'Create administrator' }).click()

  await expect(page.getByRole('banner').getByRole('button', { name: 'Ada Moss' })).toBeVisible()
  await expect(page).toHaveURL(/\/settings\//)

  await page.context().clearCookies()
  await page.goto('about:blank')
  await page.goto(freshServer.setupLink)
  await expect(page.getByRole('heading', { name: 'This server is set up already' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Create administrator' })).toBeHidden()
})

test('a made-up link makes nobody', async ({ page, freshServer }) => {
  await page.goto(`${freshServer.url}/setup#token=${'a'.repeat(43)}`)
  await page.getByLabel('User name').fill('mallory')
  await page.getByLabel('Display name').fill('Mallory')
  await page.getByLabel('Password', { exact: true }).fill('seven grey herons wait')
  await page.getByRole('button', { name: 'Create administrator' }).click()

  await expect(page.getByRole('alert')).toContainText(/link/i)
  await expect(page.getByLabel('User name')).toHaveValue('mallory')
})
