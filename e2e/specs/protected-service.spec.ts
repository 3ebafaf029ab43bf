import { expect, type Page } from '@playwright/test'
import { call, signIn } from '../fixtures/api.ts'
import { codeField, signInByForm } from '../fixtures/pages.ts'
import { type ProtectedService, startProtectedService } from '../fixtures/protected-service.ts'
import { test as base, enrol } from '../fixtures/test.ts'
import { watch } from '../fixtures/watch.ts'

const test = base.extend<{ service: ProtectedService }>({
  ignoreHTTPSErrors: true,
  service: async ({ context, playwright, complaints }, use) => {
    const request = await playwright.request.newContext({ ignoreHTTPSErrors: true })
    const service = await startProtectedService({ request })
    await request.dispose()
    watch(context, service.server.url, complaints)
    await use(service)
    await service.stop()
  },
})

/** The request as the service got it, which is what its page shows. */
async function whatTheServiceSees(page: Page) {
  const { headers, url } = JSON.parse((await page.locator('body').textContent()) ?? '') as {
    url: string
    headers: [string, string][]
  }
  const all = (name: string) => headers.flatMap(([is, value]) => (is === name ? [value] : []))
  return { url, user: all('remote-user'), name: all('remote-name'), cookies: all('cookie').join(), all }
}

test('whoever opens a service behind nginx signs in, is sent back, and the service knows who it is', async ({
  page,
  context,
  service: { url, server },
}) => {
  const person = await server.createPerson()
  await context.addCookies([{ name: 'theme', value: 'dark', url }])
  const address = `${url}/pages/caf%C3%A9?x=1&y=a+b&z=%26%23&return_to=/z`
  await page.goto(address)
  expect(new URL(page.url()).origin).toBe(server.url)
  await signInByForm(page, person)

  await expect(page).toHaveURL(address)
  const seen = await whatTheServiceSees(page)
  expect(seen).toMatchObject({ user: [person.username], name: [person.displayName], cookies: 'theme=dark' })
  expect(url + seen.url).toBe(address)

  // the next page needs nothing any more
  await page.goto(`${url}/next`)
  expect((await whatTheServiceSees(page)).user).toEqual([person.username])
})

test('the second factor stands before the service too', async ({ page, playwright, authenticator, service }) => {
  const { url, server } = service
  const person = await server.createPerson()
  const request = await playwright.request.newContext({ ignoreHTTPSErrors: true })
  await enrol({ request }, server, person, authenticator)
  await request.dispose()

  await page.goto(`${url}/page`)
  await signInByForm(page, person)
  await expect(codeField(page)).toBeFocused()
  // half-way in is not in
  await page.goto(`${url}/page`)
  await signInByForm(page, person)
  await codeField(page).fill(await authenticator.code())
  await expect(page).toHaveURL(`${url}/page`)
  expect((await whatTheServiceSees(page)).user).toEqual([person.username])
})

test('a session closed in another browser closes the service with it (SE-04)', async ({
  page,
  playwright,
  service,
}) => {
  const { url, server } = service
  const person = await server.createPerson()
  await page.goto(`${url}/page`)
  await signInByForm(page, person)
  await expect(page).toHaveURL(`${url}/page`)

  const request = await playwright.request.newContext({ ignoreHTTPSErrors: true })
  await signIn({ request }, server.url, person)
  await call({ request }, server.url, 'DELETE', '/account/sessions')
  await request.dispose()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(page.url()).toBe(`${server.url}/sign-in?return_to=${url}/page`)
})

test('a page elsewhere that links to the service finds somebody signed in', async ({ page, strangerSite, service }) => {
  const { url, server } = service
  const person = await server.createPerson()
  await signIn(page.context(), server.url, person)
  // the first request from there comes without a cookie (SameSite=Strict), and the sign-in page sends it back with one
  strangerSite.html = `<a href="${url}/page">to the wiki</a>`
  await page.goto(strangerSite.crossSite)
  await page.getByRole('link', { name: 'to the wiki' }).click()
  await expect(page).toHaveURL(`${url}/page`)
  await expect(page.locator('body')).toContainText(person.username)
})
