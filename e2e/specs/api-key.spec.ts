import { expect, type Locator, type Page } from '@playwright/test'
import { call, signIn } from '../fixtures/api.ts'
import {
  clipboard,
  readShownOnce,
  refuseClipboard,
  said,
  selection,
  shownOnce,
  stepUpDialog,
} from '../fixtures/pages.ts'
import { asProgram, bearer } from '../fixtures/program.ts'
import { remains } from '../fixtures/remains.ts'
import { test } from '../fixtures/test.ts'

const generate = (page: Page | Locator) => page.getByRole('button', { name: 'Generate new API Key' })
const saved = (page: Page) => page.getByRole('button', { name: 'I have saved this key' })
const question = (page: Page) => page.getByRole('dialog', { name: 'Generate a new API key?' })
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** The first key of an account: nothing is asked. */
async function makeKey(page: Page) {
  await page.goto('/settings/api-key')
  await expect(page.getByText('You have no API key.')).toBeVisible()
  await expect(page.getByText('Have a place ready to keep it: it may be shown only once.')).toBeVisible()
  await generate(page).click()
  return readShownOnce(page, 'API key')
}

/** Makes a key and puts it away. */
async function haveKey(page: Page) {
  const apiKey = await makeKey(page)
  await saved(page).click()
  await expect(said(page, 'Your new API key works from now on.')).toBeFocused()
  return apiKey
}

test.beforeEach(async ({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']))

test('a new API key is seen once, copied, and opens the API', async ({ server, signedIn, person }) => {
  const apiKey = await makeKey(signedIn)
  await expect(signedIn.getByText('it is not shown again')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Copy' }).click()
  await expect(said(signedIn, 'Copied')).toBeVisible()
  expect(await clipboard(signedIn)).toBe(apiKey)
  await saved(signedIn).click()
  await expect(card(signedIn, 'Your API key')).toContainText('Never used')

  expect(await asProgram(server, bearer(apiKey))).toMatchObject({ status: 200, reply: { username: person.username } })
  await signedIn.reload()
  const facts = card(signedIn, 'Your API key')
  await expect(facts).toContainText(`${apiKey.slice(0, 7)}…${apiKey.slice(-4)}`)
  await expect(facts).toContainText('127.0.0.1')
  await expect(facts).toContainText('backup-job/1.0')
  await expect(signedIn.getByText(apiKey)).toBeHidden()
})

test('a double click selects the whole key and nothing else (AK-01)', async ({ signedIn }) => {
  const apiKey = await makeKey(signedIn)
  expect(apiKey).toMatch(/^lk_[0-9A-Za-z]{36}$/)
  await shownOnce(signedIn, 'API key').dblclick()
  expect(await selection(signedIn)).toBe(apiKey)
})

test('the key leaves the browser with its box, and neither back nor forward brings it back (WF-04)', async ({
  signedIn,
}) => {
  await signedIn.goto('/settings/profile')
  const apiKey = await makeKey(signedIn)
  await saved(signedIn).click()
  await expect(card(signedIn, 'Your API key')).toBeVisible()
  expect(await remains(signedIn)).not.toContain(apiKey)

  await signedIn.goBack()
  await expect(signedIn.getByRole('heading', { name: 'Profile', level: 1 })).toBeVisible()
  await signedIn.goForward()
  await expect(card(signedIn, 'Your API key')).toBeVisible()
  expect(await remains(signedIn)).not.toContain(apiKey)
})

test('a key nobody copied is not left behind by mistake', async ({ signedIn }) => {
  const apiKey = await makeKey(signedIn)
  const questions: string[] = []
  signedIn.once('dialog', (dialog) => {
    questions.push(dialog.message())
    return dialog.dismiss()
  })
  await signedIn.getByRole('link', { name: 'Sessions' }).click()
  await expect(shownOnce(signedIn, 'API key')).toHaveText(apiKey)
  expect(questions).toEqual([
    'Leave without copying your API key? It is not shown again; if you lose it, you have to generate a new one.',
  ])

  await signedIn.getByRole('button', { name: 'Copy' }).click()
  await expect(said(signedIn, 'Copied')).toBeVisible()
  await signedIn.getByRole('link', { name: 'Sessions' }).click()
  await expect(signedIn.getByRole('heading', { name: 'Sessions', level: 1 })).toBeVisible()
})

test('where there is no clipboard the key is selected', async ({ signedIn }) => {
  const apiKey = await makeKey(signedIn)
  await refuseClipboard(signedIn)
  await signedIn.getByRole('button', { name: 'Copy' }).click()
  await expect(said(signedIn, 'Selected for you')).toBeVisible()
  expect(await selection(signedIn)).toBe(apiKey)
})

test('a new key replaces the old one after a warning', async ({ server, signedIn }) => {
  const old = await haveKey(signedIn)
  await asProgram(server, bearer(old))
  await signedIn.reload()
  await generate(signedIn).click()
  await expect(question(signedIn)).toContainText(
    'Please Note Generating a new API key will replace the existing API key. If a new API key is generated, then API calls made with the old API key will fail. Are you sure that you wish to proceed?',
  )
  await expect(question(signedIn)).toContainText('from 127.0.0.1, by backup-job/1.0')
  await expect(question(signedIn).getByLabel('Stops at once')).toBeChecked()

  await generate(question(signedIn)).click()
  const next = await readShownOnce(signedIn, 'API key')
  expect(await asProgram(server, bearer(old))).toMatchObject({ status: 401, reply: { code: 'invalid-api-key' } })
  expect((await asProgram(server, bearer(next))).status).toBe(200)
})

test('whoever does not proceed keeps the key', async ({ server, signedIn }) => {
  const apiKey = await haveKey(signedIn)
  await generate(signedIn).click()
  await expect(question(signedIn)).toBeVisible()
  await signedIn.keyboard.press('Escape')
  await expect(question(signedIn)).toBeHidden()
  await expect(generate(signedIn)).toBeFocused()
  expect((await asProgram(server, bearer(apiKey))).status).toBe(200)
})

test('with an overlap the old key works on beside the new one, until both are revoked', async ({
  server,
  signedIn,
}) => {
  const old = await haveKey(signedIn)
  await generate(signedIn).click()
  await question(signedIn).getByLabel('Works for 24 hours more').check()
  await generate(question(signedIn)).click()
  const next = await readShownOnce(signedIn, 'API key')
  await saved(signedIn).click()
  const before = card(signedIn, 'The key before')
  await expect(before).toContainText(old.slice(-4))
  await expect(before).toContainText('24 hours left')
  for (const apiKey of [old, next]) expect((await asProgram(server, bearer(apiKey))).status).toBe(200)

  await signedIn.getByRole('button', { name: 'Revoke' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Revoke your API key?' })
  await expect(dialog).toContainText('Every program that uses it, or the key before it, is refused')
  await dialog.getByRole('button', { name: 'Revoke API key' }).click()
  await expect(said(signedIn, 'Your API key was revoked, effective at once.')).toBeFocused()
  await expect(signedIn.getByText('You have no API key.')).toBeVisible()
  for (const apiKey of [old, next]) expect((await asProgram(server, bearer(apiKey))).status).toBe(401)
})

test('a third key says that the first one, still retiring, stops at once, whatever is chosen', async ({
  server,
  signedIn,
}) => {
  const first = await haveKey(signedIn)
  await asProgram(server, bearer(first))
  await generate(signedIn).click()
  await expect(question(signedIn)).not.toContainText('The key before')
  await expect(question(signedIn)).toContainText('They fail at once, as chosen below.')
  await question(signedIn).getByLabel('Works for 24 hours more').check()
  await expect(question(signedIn)).toContainText('They fail when the time below is over.')
  await generate(question(signedIn)).click()
  await saved(signedIn).click()

  await generate(signedIn).click()
  await expect(question(signedIn)).toContainText(
    new RegExp(
      `The key before, ${first.slice(0, 7)}…${first.slice(-4)} \\(24 hours left, last used .*\\), stops at once\\.`,
    ),
  )
  await question(signedIn).getByLabel('Works for 1 hour more').check()
  await expect(question(signedIn)).toContainText('stops at once.')
  await generate(question(signedIn)).click()
  await expect(shownOnce(signedIn, 'API key')).toBeVisible()
  expect((await asProgram(server, bearer(first))).status).toBe(401)
})

test('after five minutes a new key asks who is there, and the overlap chosen is kept (AK-03)', async ({
  server,
  signedIn,
  person,
}) => {
  const old = await haveKey(signedIn)
  await server.letProofsGetOld(person)
  await generate(signedIn).click()
  await question(signedIn).getByLabel('Works for 1 hour more').check()
  await generate(question(signedIn)).click()
  await expect(stepUpDialog(signedIn)).toContainText('To generate a new API key, enter your password once more.')
  await signedIn.keyboard.press('Escape')
  await expect(question(signedIn)).toContainText('Nothing was changed')
  await expect(question(signedIn).getByLabel('Works for 1 hour more')).toBeChecked()

  await generate(question(signedIn)).click()
  await stepUpDialog(signedIn).getByLabel('Password', { exact: true }).fill(person.password)
  await stepUpDialog(signedIn).getByRole('button', { name: 'Confirm' }).click()
  await expect(shownOnce(signedIn, 'API key')).toBeVisible()
  expect((await asProgram(server, bearer(old))).status).toBe(200)
})

test('the command shown holds a placeholder, never a key', async ({ server, signedIn }) => {
  const apiKey = await haveKey(signedIn)
  const figure = (name: string) => signedIn.getByRole('figure', { name })
  await figure('First put your key into a variable').getByRole('button', { name: 'Copy command' }).click()
  await expect(said(signedIn, 'Copied')).toBeVisible()
  expect(await clipboard(signedIn)).toBe('read -rs LATCHKEY_API_KEY && export LATCHKEY_API_KEY')
  await figure('Then try it').getByRole('button', { name: 'Copy command' }).click()
  await expect(figure('Then try it').getByRole('status')).toContainText('Copied')
  const command = await clipboard(signedIn)
  expect(command).toBe(`curl -H "Authorization: Bearer $LATCHKEY_API_KEY" ${server.url}/api/v1/account`)
  expect(command).not.toContain(apiKey)
})

test('the way to the documentation of the API is there before a key is, and afterwards', async ({ signedIn }) => {
  const link = signedIn.getByRole('link', { name: 'API documentation' })
  await signedIn.goto('/settings/api-password')
  await expect(link).toHaveAttribute('href', '/api/docs')
  await haveKey(signedIn)
  await expect(link).toHaveCount(1)
  await signedIn.goto('/settings/api-key')
  await link.click()
  await expect(signedIn).toHaveURL('/api/docs')
  await expect(signedIn).toHaveTitle('API documentation · Latchkey')
})

test('what was refused is not shown as an account without a key', async ({ signedIn }) => {
  await haveKey(signedIn)
  await signedIn.route('**/api/v1/account/api-key', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', json: { code: 'forbidden' } }),
  )
  await signedIn.reload()
  await expect(signedIn.getByRole('alert')).toContainText('This could not be loaded')
  await expect(generate(signedIn)).toBeHidden()

  await signedIn.unroute('**/api/v1/account/api-key')
  await signedIn.getByRole('button', { name: 'Try again' }).click()
  await expect(generate(signedIn)).toBeVisible()
})

test('the key of a read-only account reads and changes nothing (AK-05)', async ({
  server,
  signedIn,
  person,
  administrator,
}) => {
  await administrator.changePerson(person, { role: 'read-only' })
  await signIn(signedIn, server.url, person)
  const apiKey = await makeKey(signedIn)
  await saved(signedIn).click()
  await expect(signedIn.getByText('Your account is read-only, so the API key can only read.')).toBeVisible()
  expect((await asProgram(server, bearer(apiKey))).status).toBe(200)
  expect(await asProgram(server, bearer(apiKey), 'PATCH', '/account', { displayName: 'Mallory' })).toMatchObject({
    status: 403,
    reply: { code: 'forbidden' },
  })
})

test.describe('where policy lets the key be copied', () => {
  test.use({ ownServer: true })
  const obfuscated = (page: Page) => page.getByRole('button', { name: 'Click to copy' })

  test.beforeEach(async ({ administrator }) => {
    await administrator.changePolicy({ apiKeyVisibility: 'copyable' })
  })

  test('a click on the obfuscated key copies it, after a proof (AK-02)', async ({ server, signedIn, person }) => {
    const apiKey = await makeKey(signedIn)
    await expect(signedIn.getByText('You can copy it again on this page.')).toBeVisible()
    await saved(signedIn).click()
    await expect(obfuscated(signedIn)).toContainText('••••')
    await expect(obfuscated(signedIn)).not.toContainText(apiKey)

    await server.letProofsGetOld(person)
    await obfuscated(signedIn).click()
    await stepUpDialog(signedIn).getByLabel('Password', { exact: true }).fill(person.password)
    await stepUpDialog(signedIn).getByRole('button', { name: 'Confirm' }).click()
    await expect(said(signedIn, 'Copied')).toBeVisible()
    expect(await clipboard(signedIn)).toBe(apiKey)
    expect(await remains(signedIn)).not.toContain(apiKey)
  })

  test('without a clipboard it is shown selected, and hidden again (WF-04)', async ({ signedIn }) => {
    const apiKey = await makeKey(signedIn)
    await saved(signedIn).click()
    await refuseClipboard(signedIn)
    await obfuscated(signedIn).click()
    await expect(shownOnce(signedIn, 'API key')).toBeFocused()
    expect(await selection(signedIn)).toBe(apiKey)

    await signedIn.getByRole('button', { name: 'Hide' }).click()
    await expect(obfuscated(signedIn)).toBeVisible()
    expect(await remains(signedIn)).not.toContain(apiKey)
  })

  test('once the policy has changed back, it is no longer given out', async ({ server, signedIn, administrator }) => {
    const apiKey = await makeKey(signedIn)
    await saved(signedIn).click()
    await administrator.changePolicy({ apiKeyVisibility: 'once' })
    await obfuscated(signedIn).click()
    await expect(signedIn.getByRole('alert')).toContainText('cannot be shown again')
    await signedIn.reload()
    await expect(card(signedIn, 'Your API key')).toContainText(apiKey.slice(-4))
    await expect(obfuscated(signedIn)).toBeHidden()
    await expect(call(signedIn, server.url, 'GET', '/account/api-key/value')).rejects.toThrow('shown-once')
  })
})
