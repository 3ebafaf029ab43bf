import { expect, type Locator, type Page } from '@playwright/test'
import { call } from '../fixtures/api.ts'
import {
  clipboard,
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  readRecoveryCodes,
  readSetupKey,
  readShownOnce,
  said,
  selection,
  shownOnce,
  signInByForm,
} from '../fixtures/pages.ts'
import { asProgram, basic } from '../fixtures/program.ts'
import { remains } from '../fixtures/remains.ts'
import type { Person, Server } from '../fixtures/server.ts'
import { test } from '../fixtures/test.ts'

const generate = (page: Page | Locator) => page.getByRole('button', { name: 'Generate New API Password' })
const saved = (page: Page) => page.getByRole('button', { name: 'I have saved this password' })

/** The first API password of an account: nothing is asked. */
async function makePassword(page: Page) {
  await page.goto('/settings/api-password')
  await generate(page).click()
  return readShownOnce(page, 'API password')
}

const status = async (server: Server, { username }: Person, password: string) =>
  (await asProgram(server, basic(username, password))).status

test.beforeEach(async ({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']))

test('an API password is seen once, copied, and opens the API by Basic', async ({ server, signedIn, person }) => {
  const apiPassword = await makePassword(signedIn)
  await signedIn.getByRole('button', { name: 'Copy' }).click()
  await expect(said(signedIn, 'Copied')).toBeVisible()
  expect(await clipboard(signedIn)).toBe(apiPassword)
  await saved(signedIn).click()
  await expect(said(signedIn, 'Your new API password works from now on.')).toBeFocused()
  expect(await remains(signedIn)).not.toContain(apiPassword)

  expect(await status(server, person, apiPassword)).toBe(200)
  await signedIn.reload()
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
  await expect(signedIn.getByText('Never used')).toBeHidden()
  await expect(signedIn.getByText(`curl -u '${person.username}' ${server.url}/api/v1/account`)).toBeVisible()
})

test('a double click selects the whole API password and nothing else (AK-01, AP-01)', async ({ signedIn }) => {
  const apiPassword = await makePassword(signedIn)
  expect(apiPassword).toMatch(/^lkp_[0-9A-Za-z]{36}$/)
  await shownOnce(signedIn, 'API password').dblclick()
  expect(await selection(signedIn)).toBe(apiPassword)
})

test('the API password leaves the browser with its page, and back does not bring it back (WF-04)', async ({
  signedIn,
}) => {
  const apiPassword = await makePassword(signedIn)
  signedIn.once('dialog', (dialog) => dialog.accept())
  await signedIn.getByRole('link', { name: 'Profile' }).click()
  await expect(signedIn.getByRole('heading', { name: 'Profile', level: 1 })).toBeVisible()
  expect(await remains(signedIn)).not.toContain(apiPassword)
  await signedIn.goBack()
  await expect(signedIn.getByText('Status: Active')).toBeVisible()
  expect(await remains(signedIn)).not.toContain(apiPassword)
})

test('a new API password replaces the old one after a warning, and revoking ends it', async ({
  server,
  signedIn,
  person,
}) => {
  const old = await makePassword(signedIn)
  await saved(signedIn).click()
  await generate(signedIn).click()
  const warning = signedIn.getByRole('dialog', { name: 'Generate a new API password?' })
  await expect(warning).toContainText('Calls made with the old one fail at once.')
  await generate(warning).click()
  const next = await readShownOnce(signedIn, 'API password')
  await saved(signedIn).click()
  expect(await status(server, person, old)).toBe(401)
  expect(await status(server, person, next)).toBe(200)

  await signedIn.getByRole('button', { name: 'Revoke' }).click()
  await signedIn.getByRole('dialog').getByRole('button', { name: 'Revoke API password' }).click()
  await expect(said(signedIn, 'Your API password was revoked, effective at once.')).toBeFocused()
  await expect(signedIn.getByText('Status: None')).toBeVisible()
  expect(await status(server, person, next)).toBe(401)
})

test('nobody signs in with an API password', async ({ signedIn, secondBrowser, person }) => {
  const apiPassword = await makePassword(signedIn)
  await secondBrowser.goto('/sign-in')
  await signInByForm(secondBrowser, { ...person, password: apiPassword })
  await expect(secondBrowser.getByRole('alert')).toContainText('User name or password is wrong.')
})

test('without a second factor the account password works as well, and the page says why', async ({
  server,
  signedIn,
  person,
}) => {
  await signedIn.goto('/settings/api-password')
  await expect(signedIn.getByText('because two-factor authentication is disabled')).toBeVisible()
  expect(await status(server, person, person.password)).toBe(200)
})

test('with a second factor only the API password works, and the page says why', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  await page.getByRole('link', { name: 'API password' }).click()
  await expect(
    page.getByText('refuses your account password over HTTP Basic, because two-factor authentication is on'),
  ).toBeVisible()
  await generate(page).click()
  const apiPassword = await readShownOnce(page, 'API password')
  expect(await status(server, person, person.password)).toBe(401)
  expect(await status(server, person, apiPassword)).toBe(200)
})

test('turning the second factor on ends the API password, said before and afterwards', async ({
  server,
  signedIn,
  person,
  authenticator,
}) => {
  const apiPassword = await makePassword(signedIn)
  await saved(signedIn).click()
  await signedIn.getByRole('link', { name: 'Two-factor authentication' }).click()
  await expect(signedIn.getByText('Once it is set up, the API password you have becomes void.')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  authenticator.add(await readSetupKey(signedIn))
  await codeField(signedIn).fill(await authenticator.code())
  await readRecoveryCodes(signedIn)
  await expect(signedIn.getByText('The API password you had is void')).toBeVisible()
  expect(await status(server, person, apiPassword)).toBe(401)
})

test.describe('made with a second factor', () => {
  let codes: string[]
  let apiPassword: string

  test.beforeEach(async ({ server, page, person, enrol }) => {
    codes = await enrol()
    await openTwoFactor(page, server, person, codes[0])
    ;({ apiPassword } = await call<{ apiPassword: string }>(page, server.url, 'POST', '/account/api-password'))
    await page.reload()
  })

  test('it ends with a reset of the secret, said before and afterwards', async ({ server, page, person }) => {
    await expect(page.getByRole('region', { name: 'Reset the secret' })).toContainText(
      'It makes the API password you have void as well. A new one is made under API password.',
    )
    await page.getByRole('button', { name: 'Reset Secret' }).click()
    await confirmByRecoveryCode(page, codes[1])
    await expect(said(page, 'The API password you had is void, too.')).toBeVisible()
    expect(await status(server, person, apiPassword)).toBe(401)
  })

  test('it stays when the second factor is turned off, though no longer required', async ({ server, page, person }) => {
    await expect(page.getByRole('region', { name: 'Turn two-factor authentication off' })).toContainText(
      'Your API password stays, but is no longer required',
    )
    await page.getByRole('button', { name: 'Deactivate Two Factor Authentication' }).click()
    await confirmByRecoveryCode(page, codes[1])
    await expect(page.getByText('Status: Disabled')).toBeVisible()
    expect(await status(server, person, apiPassword)).toBe(200)
    expect(await status(server, person, person.password)).toBe(200)
  })
})
