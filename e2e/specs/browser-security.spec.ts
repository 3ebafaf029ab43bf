import { pages } from '@latchkey/contract/pages'
import { expect } from '@playwright/test'
import { call, signIn } from '../fixtures/api.ts'
import { profileMenu, signInByForm } from '../fixtures/pages.ts'
import { remains } from '../fixtures/remains.ts'
import { test } from '../fixtures/test.ts'

type Account = { username: string; displayName: string }

for (const stranger of ['crossSite', 'sameSite'] as const) {
  const where = { crossSite: 'of another site', sameSite: 'on another port of this host' }[stranger]

  test(`a page ${where} changes nothing (WF-01)`, async ({ server, signedIn, person, strangerSite }) => {
    const answers: number[] = []
    signedIn.on('response', (response) => {
      if (response.url().startsWith(server.url) && response.request().method() !== 'OPTIONS')
        answers.push(response.status())
    })
    const other = await server.createPerson()
    const api = `${server.url}/api/v1`
    const json = (body: object) => JSON.stringify(body)
    const attempts = [
      ['POST', '/sign-out', '{}'],
      ['POST', '/sign-in', json({ username: other.username, password: other.password })],
      ['PATCH', '/account', json({ displayName: 'Mallory was here' })],
      [
        'PUT',
        '/account/password',
        json({ currentPassword: person.password, newPassword: 'eleven slow lanterns drift' }),
      ],
      ['DELETE', '/account/sessions', '{}'],
      ['POST', '/account/two-factor/authenticator', '{}'],
    ] as const
    const forms = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].flatMap((type) =>
      attempts
        .filter(([method]) => method === 'POST')
        .map(([, path, body]) => ({ type, path, name: body.slice(0, -1), value: body.slice(-1) })),
    )

    // fetch in every way a page may, a beacon, a picture
    await signedIn.goto(strangerSite[stranger])
    await signedIn.evaluate(
      async ({ api, attempts }) => {
        const type = { 'content-type': 'application/json' }
        for (const [method, path, body] of attempts) {
          await fetch(api + path, { method, body, headers: type, credentials: 'include' }).catch(() => undefined)
          if (method !== 'POST') continue
          await fetch(api + path, { method, body, mode: 'no-cors', credentials: 'include' }).catch(() => undefined)
          navigator.sendBeacon(api + path, new Blob([body], { type: 'text/plain' }))
        }
        await new Promise((resolve) => {
          const picture = new Image()
          picture.onload = picture.onerror = resolve
          picture.src = `${api}/sign-out`
        })
      },
      { api, attempts },
    )

    // a form sent by the page itself
    for (const { type, path, name, value } of forms) {
      strangerSite.html = `<form method="post" action="${api}${path}" enctype="${type}"><input><button>Win a prize</button></form>`
      await signedIn.goto(strangerSite[stranger])
      await signedIn.getByRole('textbox').evaluate((field, parts) => Object.assign(field, parts), { name, value })
      await signedIn.getByRole('button', { name: 'Win a prize' }).click()
      await signedIn.waitForURL(`${api}${path}`)
    }

    expect(answers.length).toBeGreaterThanOrEqual(forms.length)
    expect(answers.filter((status) => status < 400)).toEqual([])
    const account = await call<Account>(signedIn.context(), server.url, 'GET', '/account')
    expect(account).toMatchObject({ username: person.username, displayName: person.displayName })
    const sessions = await call<unknown[]>(signedIn.context(), server.url, 'GET', '/account/sessions')
    expect(sessions).toHaveLength(1)
  })

  test(`a page ${where} cannot show ours in a frame (WF-02)`, async ({ server, signedIn, strangerSite }) => {
    strangerSite.html = `<iframe src="${server.url}/settings/profile"></iframe>`
    await signedIn.goto(strangerSite[stranger])
    const [frame] = signedIn.frames().filter((candidate) => candidate !== signedIn.mainFrame())
    await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/)
  })
}

test('a walk through every page violates no policy (WF-02)', async ({ signedIn, person }) => {
  await signedIn.addInitScript(() => {
    // the console tells of a violation too, and any line in it fails the test
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`${violatedDirective} ${blockedURI}`),
    )
  })
  for (const page of pages) {
    await signedIn.goto(page)
    await expect(signedIn.getByRole('heading').first()).toBeVisible()
  }
  await signedIn.goto('/settings/two-factor')
  await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  await expect(signedIn.getByRole('img', { name: 'QR code' })).toBeVisible()
  await profileMenu(signedIn, person).click()
  await expect(signedIn.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
})

test('a script that got into a page does not run (WF-02)', async ({ signedIn, complaints }) => {
  await signedIn.goto('/settings/profile')
  await expect(signedIn.getByRole('heading', { name: 'Profile', level: 1 })).toBeVisible()
  await signedIn.evaluate(() => {
    const insert = (source: { src?: string; textContent?: string }) =>
      document.body.append(Object.assign(document.createElement('script'), source))
    const attempts = [
      () => insert({ textContent: 'document.title = "inline"' }),
      () => insert({ src: 'data:text/javascript,document.title = "data"' }),
      () => document.body.setAttribute('onclick', 'document.title = "handler"'),
    ]
    for (const attempt of attempts) {
      try {
        attempt()
      } catch (error) {
        // trusted types refuse the text before the policy refuses the script
        console.error(String(error))
      }
    }
    document.body.click()
  })
  await expect(signedIn).toHaveTitle(/Profile/)
  expect(complaints.splice(0).length).toBeGreaterThanOrEqual(3)
})

test('nothing secret stays behind in the browser (WF-04)', async ({ signedIn, person, authenticator }) => {
  await signedIn.goto('/settings/profile')
  await signedIn.goto('/settings/two-factor')
  await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
  const setupKey = ((await signedIn.getByLabel('Setup key').textContent()) ?? '').replaceAll(/\s/g, '')
  authenticator.add(setupKey)
  await signedIn.getByLabel('Code', { exact: true }).fill(await authenticator.code())
  const list = signedIn.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(list).toHaveCount(10)
  const codes = await list.allTextContents()
  expect(await remains(signedIn)).not.toContain(setupKey)

  await signedIn.getByLabel('I have saved these codes').check()
  await signedIn.getByRole('button', { name: 'Sign in again' }).click()
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
  const secrets = [
    setupKey,
    setupKey.replaceAll(/(.{4})(?=.)/g, '$1 '),
    person.password,
    ...codes.map((code) => code.trim()),
  ]
  for (const secret of secrets) expect(await remains(signedIn)).not.toContain(secret)

  await signedIn.goBack()
  await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
  for (const secret of secrets) expect(await remains(signedIn)).not.toContain(secret)
})

const markup = '<img src=x onerror="document.title=1"><b>bold</b>'

test('markup in a name or a browser is shown as it was typed (WF-05)', async ({
  server,
  browser,
  person,
  secondBrowser,
}) => {
  const strange = await browser.newContext({ userAgent: `Mozilla/5.0 ${markup}` })
  await signIn(strange, server.url, person)
  await call(strange, server.url, 'PATCH', '/account', { displayName: markup })
  await strange.close()

  await signIn(secondBrowser.context(), server.url, person)
  await secondBrowser.goto('/settings/profile')
  await expect(profileMenu(secondBrowser, { displayName: markup })).toHaveText(markup)
  await expect(secondBrowser.getByLabel('Name', { exact: true })).toHaveValue(markup)
  await secondBrowser.goto('/settings/sessions')
  await expect(secondBrowser.getByRole('button', { name: 'Close session' })).toBeVisible()
  expect(await secondBrowser.locator('img[src="x"]').count()).toBe(0)
  await expect(secondBrowser).toHaveTitle(/Sessions/)
})

test('after signing in, only a page of ours is gone to (WF-06)', async ({ server, page, person }) => {
  const good = ['/settings/sessions']
  const evil = [
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    '/%09/evil.example',
    `${server.url}.evil.example`,
    '@evil.example',
    'javascript:alert(1)',
  ]
  for (const wanted of [...good, ...evil]) {
    await page.context().clearCookies()
    await page.goto(`/sign-in?return_to=${encodeURIComponent(wanted)}`)
    await signInByForm(page, person)
    await expect(page).toHaveURL(good.includes(wanted) ? wanted : '/settings/profile')
  }
})

test('whoever opens a page signed out comes back to it (WF-06)', async ({ page, person }) => {
  await page.goto('/settings/sessions')
  await signInByForm(page, person)
  await expect(page).toHaveURL('/settings/sessions')
})

test('password managers know what each field is for (WF-07)', async ({ signedIn, secondBrowser, person, enrol }) => {
  await secondBrowser.goto('/sign-in')
  await expect(secondBrowser.getByLabel('User name')).toHaveAttribute('autocomplete', 'username')
  const password = secondBrowser.getByLabel('Password', { exact: true })
  await expect(password).toHaveAttribute('type', 'password')
  await expect(password).toHaveAttribute('autocomplete', 'current-password')
  await expect(secondBrowser.locator('form')).toHaveAttribute('method', 'post')

  await signedIn.goto('/settings/password')
  await expect(signedIn.getByLabel('Current password')).toHaveAttribute('autocomplete', 'current-password')
  await expect(signedIn.getByLabel('New password')).toHaveAttribute('autocomplete', 'new-password')
  await expect(signedIn.locator('form').filter({ has: signedIn.getByLabel('New password') })).toHaveAttribute(
    'method',
    'post',
  )

  await enrol()
  await signInByForm(secondBrowser, person)
  await expect(secondBrowser.getByLabel('Code', { exact: true })).toHaveAttribute('autocomplete', 'one-time-code')
})

test('a password can be pasted (WF-07)', async ({ page, person }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/sign-in')
  await page.evaluate((text) => navigator.clipboard.writeText(text), person.password)
  await page.getByLabel('User name').fill(person.username)
  await page.getByLabel('Password', { exact: true }).press('ControlOrMeta+V')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(profileMenu(page, person)).toBeVisible()
})

test('no address ever holds what was typed (WF-07)', async ({ page, person }) => {
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await expect(profileMenu(page, person)).toBeVisible()
  expect(addresses.filter((address) => /robin-|quiet/.test(decodeURIComponent(address)))).toEqual([])
})
