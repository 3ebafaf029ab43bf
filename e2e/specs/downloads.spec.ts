import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { firstAdministrator, signIn } from '../fixtures/api.ts'
import { clipboard, readShownOnce, said, selection, shownOnce, stepUpDialog } from '../fixtures/pages.ts'
import { asProgram, bearer } from '../fixtures/program.ts'
import { remains } from '../fixtures/remains.ts'
import { test } from '../fixtures/test.ts'

const generate = (page: Page) => page.getByRole('button', { name: 'Generate Download Link' })
const saved = (page: Page) => page.getByRole('button', { name: 'I have saved this link' })
const links = (page: Page) => page.getByRole('region', { name: 'Your download links' }).getByRole('listitem')

/** Makes a link and leaves it on screen. */
async function makeLink(page: Page, what: string, howLong: string) {
  await page.goto('/settings/downloads')
  await page.getByLabel(what).check()
  await page.getByLabel(howLong).check()
  await generate(page).click()
  return readShownOnce(page, 'Link')
}

test.beforeEach(async ({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']))

test('a link is seen once, downloads without signing in, and stands in the list', async ({ signedIn, person }) => {
  const link = await makeLink(signedIn, 'Account export', '7 days')
  await expect(signedIn.getByText('Anybody who has it can download until')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Copy' }).click()
  await expect(said(signedIn, 'Copied')).toBeVisible()
  expect(await clipboard(signedIn)).toBe(link)
  await saved(signedIn).click()
  await expect(said(signedIn, 'The link for “Account export” works from now on.')).toBeFocused()
  await expect(links(signedIn)).toContainText(['Account export'])
  await expect(links(signedIn)).toContainText(['in 7 days'])
  await expect(links(signedIn)).toContainText(['Never used'])

  const file = await fetch(link)
  expect(file.status).toBe(200)
  expect(await file.text()).toContain(person.username)
  await signedIn.reload()
  await expect(links(signedIn)).toHaveCount(1)
  await expect(links(signedIn).filter({ hasText: 'Never used' })).toHaveCount(0)
})

test('the file can be had at once', async ({ signedIn, person }) => {
  await makeLink(signedIn, 'Activity', '1 hour')
  const download = signedIn.waitForEvent('download')
  await signedIn.getByRole('link', { name: 'Download now' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(new RegExp(`${person.username}.*activity.*\\.csv$`))
  expect(await readFile(await file.path(), 'utf8')).toContain('127.0.0.1')
  await expect(shownOnce(signedIn, 'Link')).toBeVisible()
})

test('one click selects the whole link (AK-01)', async ({ signedIn }) => {
  const link = await makeLink(signedIn, 'Activity', '1 hour')
  await shownOnce(signedIn, 'Link').dblclick()
  expect(await selection(signedIn)).toBe(link)
})

test('the link leaves the browser with its box (WF-04)', async ({ signedIn }) => {
  const link = await makeLink(signedIn, 'Account export', '1 hour')
  const token = new URL(link).searchParams.get('token') ?? ''
  expect(token).toMatch(/^lkd_/)
  await saved(signedIn).click()
  await expect(links(signedIn)).toHaveCount(1)
  expect(await remains(signedIn)).not.toContain(token)
  await signedIn.goBack()
  await signedIn.goForward()
  await expect(links(signedIn)).toHaveCount(1)
  expect(await remains(signedIn)).not.toContain(token)
})

test('a link opens nothing else, and an API key does not open a download', async ({ server, signedIn }) => {
  const link = await makeLink(signedIn, 'Account export', '1 hour')
  await saved(signedIn).click()
  const token = new URL(link).searchParams.get('token') ?? ''
  expect((await fetch(link.replace('account-export', 'activity'))).status).toBe(410)
  expect((await asProgram(server, bearer(token))).status).toBe(401)

  await signedIn.getByRole('link', { name: 'API key' }).click()
  await signedIn.getByRole('button', { name: 'Generate new API Key' }).click()
  const apiKey = await readShownOnce(signedIn, 'API key')
  expect((await fetch(link.replace(token, apiKey))).status).toBe(410)
})

test('a revoked link downloads nothing', async ({ signedIn }) => {
  const link = await makeLink(signedIn, 'Account export', '24 hours')
  await saved(signedIn).click()
  await links(signedIn).getByRole('button', { name: 'Revoke' }).click()
  await expect(said(signedIn, 'The link for “Account export” was revoked, effective at once.')).toBeFocused()
  await expect(signedIn.getByText('You have no download link.')).toBeVisible()
  expect((await fetch(link)).status).toBe(410)
})

test('after five minutes a link asks who is there, and what was chosen is kept', async ({
  server,
  signedIn,
  person,
}) => {
  await signedIn.goto('/settings/downloads')
  await server.letProofsGetOld(person)
  await signedIn.getByLabel('Activity').check()
  await signedIn.getByLabel('30 days').check()
  await generate(signedIn).click()
  await stepUpDialog(signedIn).getByLabel('Password', { exact: true }).fill(person.password)
  await stepUpDialog(signedIn).getByRole('button', { name: 'Confirm' }).click()
  await expect(signedIn.getByRole('region', { name: 'Your download link: Activity' })).toBeVisible()
  await saved(signedIn).click()
  await expect(links(signedIn)).toContainText(['in 30 days'])
})

test('the list of everybody is for administrators alone', async ({ server, signedIn, secondBrowser }) => {
  await signedIn.goto('/settings/downloads')
  await expect(generate(signedIn)).toBeVisible()
  await expect(signedIn.getByLabel('User list')).toBeHidden()

  await signIn(secondBrowser, server.url, firstAdministrator)
  const link = await makeLink(secondBrowser, 'User list', '1 hour')
  expect(await (await fetch(link)).text()).toContain(firstAdministrator.username)
})
