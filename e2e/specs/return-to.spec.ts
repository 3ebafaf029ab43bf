import { expect, type Page } from '@playwright/test'
import { signIn } from '../fixtures/api.ts'
import { codeField, readRecoveryCodes, readSetupKey, signInByForm } from '../fixtures/pages.ts'
import { allowedService } from '../fixtures/server.ts'
import { test } from '../fixtures/test.ts'

/** An address with everything in it that an address may hold. */
const wanted = `${allowedService}/pages/a%20b?x=1&y=a+b&return_to=/z`

const notAllowed = 'The address you came from is not one Latchkey may send people back to'

/** Somebody answers at the address of the service, for this browser. */
async function openService(page: Page) {
  await page.route(`${allowedService}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Wiki</title><h1>The wiki</h1>' }),
  )
}

test.beforeEach(({ page }) => openService(page))

for (const [how, written] of [
  ['as it is, as nginx writes it', wanted],
  ['escaped', encodeURIComponent(wanted)],
] as const)
  test(`whoever comes from a service goes back to it after signing in, the address written ${how}`, async ({
    page,
    person,
  }) => {
    await page.goto(`/sign-in?return_to=${written}`)
    await signInByForm(page, person)
    await expect(page).toHaveURL(wanted)
  })

test('whoever is signed in goes back at once', async ({ signedIn }) => {
  await signedIn.goto(`/sign-in?return_to=${wanted}`)
  await expect(signedIn).toHaveURL(wanted)
})

test('the way back is kept over the second factor and a wrong code', async ({ page, person, enrol, authenticator }) => {
  await enrol()
  await page.goto(`/sign-in?return_to=${wanted}`)
  await signInByForm(page, person)
  await codeField(page).fill(authenticator.wrongCode())
  await expect(codeField(page)).toHaveAttribute('aria-invalid', 'true')
  await codeField(page).fill(await authenticator.code())
  await expect(page).toHaveURL(wanted)
})

test('the way back is kept over a new password and setting up', async ({ page, administrator, authenticator }) => {
  const person = await administrator.addPerson({ requireTwoFactor: true })
  await page.goto(`/sign-in?return_to=${wanted}`)
  await signInByForm(page, person)
  await page.getByLabel('New password').fill('eleven slow lanterns drift')
  await page.getByRole('button', { name: 'Change password' }).click()
  authenticator.add(await readSetupKey(page))
  await codeField(page).fill(await authenticator.code())
  await readRecoveryCodes(page)
  await page.getByLabel('I have saved these codes').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page).toHaveURL(wanted)
})

test('no other address is gone to (WF-06)', async ({ server, signedIn }) => {
  const asked: string[] = []
  signedIn.on('request', (request) => asked.push(request.url()))
  const evil = [
    'https://evil.example/',
    `${allowedService}.evil.example/`,
    `${allowedService}@evil.example/`,
    `${allowedService}:444/`,
    allowedService.replace('https', 'http'),
    `https://evil.example/?${allowedService}`,
    'HTTPS://evil.example',
    `${server.url}.evil.example/`,
  ]
  for (const address of evil)
    for (const written of [address, encodeURIComponent(address)]) {
      await signedIn.goto(`/sign-in?return_to=${written}`)
      await expect(signedIn.getByText(notAllowed), address).toBeVisible()
      await expect(signedIn).toHaveURL('/settings/profile')
    }
  expect(asked.filter((url) => new URL(url).origin !== server.url)).toEqual([])
})

test('what is no web address leads to the default page (WF-06)', async ({ page, person }) => {
  for (const address of [
    '//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'https:evil.example',
    '%E0%A4%A',
  ]) {
    await page.context().clearCookies()
    await page.goto(`/sign-in?return_to=${address}`)
    await signInByForm(page, person)
    await expect(page).toHaveURL('/settings/profile')
  }
})

test('a wrong password goes nowhere', async ({ page, person }) => {
  await page.goto(`/sign-in?return_to=${wanted}`)
  await signInByForm(page, { ...person, password: 'not my password at all' })
  await expect(page.getByRole('alert')).toContainText('User name or password is wrong.')
  await signInByForm(page, person)
  await expect(page).toHaveURL(wanted)
})

test('a service that sends people back at once is not gone to for ever', async ({ server, page, person }) => {
  await signIn(page, server.url, person)
  const visits: string[] = []
  await page.route(`${allowedService}/**`, (route) => {
    visits.push(route.request().url())
    return route.fulfill({ status: 302, headers: { location: `${server.url}/sign-in?return_to=${wanted}` } })
  })
  await page.goto(`/sign-in?return_to=${wanted}`)
  await expect(page.getByText('You are signed in, but the service sent you back here')).toBeVisible()
  expect(visits).toEqual([wanted])
})
