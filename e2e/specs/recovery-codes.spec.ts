import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { call } from '../fixtures/api.ts'
import {
  codeField,
  confirmByRecoveryCode,
  openTwoFactor,
  profileMenu,
  readRecoveryCodes,
  readSetupKey,
  recoveryCodes,
  said,
  signInByForm,
  signInByRecoveryCode,
  stepUpDialog,
} from '../fixtures/pages.ts'
import type { Person } from '../fixtures/server.ts'
import { test } from '../fixtures/test.ts'

const generate = (page: Page) => page.getByRole('button', { name: 'Generate new recovery codes' })
const typeBack = (page: Page) => page.getByLabel('Last group of one of the new codes')
const takeThem = (page: Page) => page.getByRole('button', { name: 'Use the new codes' })
const lastGroup = (code = '') => code.slice(-6)

/** What becomes of somebody who signs in with this code. */
async function tryToSignIn(page: Page, person: Person, recoveryCode = '') {
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await signInByForm(page, person)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code').fill(recoveryCode)
  await page.getByRole('button', { name: 'Verify' }).click()
}

const refused = (page: Page) => page.getByText('That recovery code is wrong or was used already. Try another one.')

test.describe('new at the end of setting up', () => {
  test.beforeEach(async ({ signedIn, authenticator }) => {
    await signedIn.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await signedIn.goto('/settings/two-factor')
    await signedIn.getByRole('button', { name: 'Use Two Factor Authentication' }).click()
    authenticator.add(await readSetupKey(signedIn))
    await codeField(signedIn).fill(await authenticator.code())
    await expect(recoveryCodes(signedIn)).toHaveCount(10)
  })

  test('they are not left behind by mistake, and leaving them leads to signing in', async ({ signedIn }) => {
    const questions: string[] = []
    signedIn.once('dialog', (dialog) => {
      questions.push(dialog.message())
      return dialog.dismiss()
    })
    await signedIn.getByRole('link', { name: 'Profile' }).click()
    await expect(recoveryCodes(signedIn)).toHaveCount(10)
    expect(questions).toEqual([
      'Leave without saving your recovery codes? They are shown only now. Without them and without your phone you cannot sign in.',
    ])

    signedIn.once('dialog', (dialog) => dialog.accept())
    await signedIn.getByRole('link', { name: 'Profile' }).click()
    await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await signedIn.goBack()
    await expect(signedIn.getByText('Status: Disabled')).toBeHidden()
    await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
  })

  test('they are copied as they stand there', async ({ signedIn }) => {
    const codes = await readRecoveryCodes(signedIn)
    await signedIn.getByRole('button', { name: 'Copy' }).click()
    await expect.poll(() => signedIn.evaluate(() => navigator.clipboard.readText())).toContain(codes.join('\n'))
  })

  test('the downloaded file holds them, and says what it is for, of whom and where (RC-01)', async ({
    server,
    signedIn,
    person,
  }) => {
    const codes = await readRecoveryCodes(signedIn)
    const downloading = signedIn.waitForEvent('download')
    await signedIn.getByRole('button', { name: 'Download' }).click()
    const download = await downloading
    const lines = (await readFile(await download.path(), 'utf8')).split('\r\n')

    const { host } = new URL(server.url)
    const today = new Date().toISOString().slice(0, 10)
    expect(download.suggestedFilename()).toBe(
      `latchkey-recovery-codes_${host.replace(':', '-')}_${person.username}_${today}.txt`,
    )
    expect(lines[0]).toBe('Latchkey recovery codes')
    expect(lines).toContain(`Site: ${host}`)
    expect(lines).toContain(`Account: ${person.username}`)
    expect(lines.filter((line) => /^([2-9A-HJ-NP-Z]{6}-){3}[2-9A-HJ-NP-Z]{6}$/.test(line))).toEqual(codes)
    expect(lines.join(' ')).toContain(
      'Each code signs you in once, in place of the code from your authenticator app, if you have lost it. You still need your password. Keep this where you keep important papers.',
    )
  })

  test('they are printed on a sheet with nothing else on it', async ({ server, signedIn, person }) => {
    const codes = await readRecoveryCodes(signedIn)
    await signedIn.evaluate(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', 'yes')
    })
    await signedIn.getByRole('button', { name: 'Print' }).click()
    await expect(signedIn.locator('html')).toHaveAttribute('data-printed', 'yes')

    await signedIn.emulateMedia({ media: 'print' })
    const sheet = [
      'Latchkey recovery codes',
      'Each code signs you in once, in place of the code from your authenticator app, if you have lost it\\. You still need your password\\. Keep this where you keep important papers\\.',
      `Site: ${new URL(server.url).host}`,
      `Account: ${person.username}`,
      'Set [2-9A-HJ-NP-Z]{4} · Made \\d{1,2} \\w+ \\d{4}',
      ...codes,
    ].join('\\s+')
    await expect(signedIn.locator('body')).toHaveText(new RegExp(`^\\s*${sheet}\\s*$`), { useInnerText: true })
  })

  test('the sheet and the panel name the same set and the same day', async ({ server, signedIn, person }) => {
    const sheet = (await signedIn.getByText(/^Set .* · Made /).textContent()) ?? ''
    const [, set = '', day = ''] = /^Set (\w{4}) · Made (.+)$/.exec(sheet) ?? []
    const [code] = await readRecoveryCodes(signedIn)
    await signedIn.getByLabel('I have saved these codes').check()
    await signedIn.getByRole('button', { name: 'Sign in again' }).click()
    await expect(
      said(signedIn, 'Two-factor authentication is active. Sign in with your password and a code from your app.'),
    ).toBeVisible()

    await openTwoFactor(signedIn, server, person, code)
    const panel = signedIn.getByRole('region', { name: 'Recovery codes' })
    await expect(panel.getByText(set, { exact: true })).toBeVisible()
    await expect(panel.getByText(day)).toBeAttached()
    await expect(panel.getByText('9 of 10 left')).toBeVisible()
  })
})

test('after one was used to sign in, new ones are a button away: the old die, the new work (RC-04)', async ({
  page,
  person,
  enrol,
}) => {
  const old = await enrol()
  await signInByRecoveryCode(page, person, old[0])
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
  await expect(page.getByText('The one you used is gone; cross it off your list.')).toBeVisible()
  await generate(page).click()
  // the code that let them in is proof enough for this one thing
  await expect(page.getByRole('heading', { name: 'Your new recovery codes' })).toBeVisible()
  const codes = await readRecoveryCodes(page)
  const [, set = ''] = /^Set (\w{4}) /.exec((await page.getByText(/^Set .* · Made /).textContent()) ?? '') ?? []
  await expect(takeThem(page)).toBeDisabled()
  await page.getByLabel('I have saved these codes').check()
  await typeBack(page).fill(lastGroup(codes[3]).toLowerCase())
  await takeThem(page).click()
  await expect(
    said(page, `The new recovery codes (set ${set}) are in force. The ones you had before are void; destroy them.`),
  ).toBeVisible()
  await expect(page.getByText('10 of 10 left')).toBeVisible()

  await tryToSignIn(page, person, old[1])
  await expect(refused(page)).toBeVisible()
  // typing it back has not used it up
  await page.getByLabel('Recovery code').fill(codes[3] ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible()
})

test('a wrong group typed back changes nothing, and five of them make the new codes void', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const old = await enrol()
  await openTwoFactor(page, server, person, old[0])
  await generate(page).click()
  await confirmByRecoveryCode(page, old[1])
  await readRecoveryCodes(page)
  await page.getByLabel('I have saved these codes').check()
  await typeBack(page).fill('ABC')
  await takeThem(page).click()
  await expect(typeBack(page)).toHaveAccessibleDescription(
    /Type the last six characters of a code, or the whole of it\./,
  )
  for (let wrong = 0; wrong < 5; wrong++) {
    await typeBack(page).fill(lastGroup(old[2]))
    const answered = page.waitForResponse(/recovery-codes\/confirm$/)
    await takeThem(page).click()
    await answered
    await expect(typeBack(page)).toHaveAccessibleDescription(
      /None of the new codes ends like that\. Look at what you saved and try again\./,
    )
  }
  await typeBack(page).fill(lastGroup(old[2]))
  await takeThem(page).click()
  await expect(
    said(
      page,
      'The new codes are no longer valid: they were shown too long ago, or too many wrong ones were typed back. The recovery codes you had before stay in force. Generate new ones to start again.',
    ),
  ).toBeVisible()
  await expect(page.getByText('8 of 10 left')).toBeVisible()
})

test('new codes that were cancelled leave the old ones in force', async ({ server, page, person, enrol }) => {
  const old = await enrol()
  await openTwoFactor(page, server, person, old[0])
  await generate(page).click()
  await expect(stepUpDialog(page)).toContainText(
    'To make new recovery codes, enter the code from your authenticator app.',
  )
  await confirmByRecoveryCode(page, old[1])
  await expect(
    page.getByText('Your present codes work until one of these is typed back; from then on only these do.', {
      exact: false,
    }),
  ).toBeVisible()
  const shown = await readRecoveryCodes(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(
    said(
      page,
      'Nothing was changed: the recovery codes you had before stay in force. The ones just shown are of no use; throw them away.',
    ),
  ).toBeVisible()

  await tryToSignIn(page, person, shown[0])
  await expect(refused(page)).toBeVisible()
  await page.getByLabel('Recovery code').fill(old[2] ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
  await expect(page.getByText('7 recovery codes are left.')).toBeVisible()
})

test('a proof that got old while the new codes were saved is asked for again, and they are in force', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const old = await enrol()
  await openTwoFactor(page, server, person, old[0])
  await generate(page).click()
  await confirmByRecoveryCode(page, old[1])
  const codes = await readRecoveryCodes(page)
  await server.letProofsGetOld(person)
  await page.getByLabel('I have saved these codes').check()
  await typeBack(page).fill(codes[0] ?? '')
  await takeThem(page).click()
  await expect(stepUpDialog(page)).toContainText('To use your new recovery codes')
  await confirmByRecoveryCode(page, old[2])
  await expect(page.getByText('10 of 10 left')).toBeVisible()
})

test('whoever leaves before typing one back is asked first', async ({ server, page, person, enrol }) => {
  const old = await enrol()
  await openTwoFactor(page, server, person, old[0])
  await generate(page).click()
  await confirmByRecoveryCode(page, old[1])
  await readRecoveryCodes(page)
  const questions: string[] = []
  page.once('dialog', (dialog) => {
    questions.push(dialog.message())
    return dialog.accept()
  })
  await page.getByRole('link', { name: 'Sessions' }).click()
  await expect(page.getByRole('heading', { name: 'Sessions', level: 1 })).toBeVisible()
  expect(questions).toEqual([
    'Leave now? The new recovery codes are not in force yet and will be lost; the ones you had before keep working.',
  ])
})

test('three left, one left and none left are said louder each time, at the door and in the panel (RC-05)', async ({
  server,
  page,
  secondBrowser,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(secondBrowser, server, person, codes[0])
  const spend = async (...some: string[]) => {
    for (const recoveryCode of some)
      await call(secondBrowser.context(), server.url, 'POST', '/step-up', { recoveryCode })
  }
  const panel = page.getByRole('region', { name: 'Recovery codes' })

  await spend(...codes.slice(1, 6))
  await signInByRecoveryCode(page, person, codes[6])
  await expect(page.getByRole('status')).toContainText('3 recovery codes are left.')
  await expect(page.getByText('The one you used is gone. Make ten new ones soon.')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(profileMenu(page, person)).toBeVisible()
  await page.goto('/settings/two-factor')
  await expect(panel.getByRole('status')).toContainText(
    '3 recovery codes are left. Generate new ones before you need the last.',
  )

  await spend(...codes.slice(7, 8))
  await tryToSignIn(page, person, codes[8])
  await expect(page.getByRole('status')).toContainText('One recovery code is left.')
  await page.goto('/settings/two-factor')
  await expect(panel.getByRole('status')).toContainText(
    'One recovery code is left. Generate new ones before you need the last.',
  )

  await tryToSignIn(page, person, codes[9])
  await expect(page.getByRole('alert')).toContainText('That was your last recovery code.')
  await expect(page.getByRole('alert')).toContainText(
    'Make ten new ones now: without them and without your authenticator app you cannot sign in again.',
  )
  await page.goto('/settings/two-factor')
  await expect(panel.getByRole('alert')).toContainText(
    'No recovery code is left. Without your authenticator app you cannot sign in: generate new ones now.',
  )
  await expect(panel.getByText('0 of 10 left')).toBeVisible()
})

test('whoever lost the app gets in with the last code and has ten new ones', async ({
  server,
  page,
  person,
  enrol,
}) => {
  const codes = await enrol()
  await openTwoFactor(page, server, person, codes[0])
  for (const recoveryCode of codes.slice(1, 9))
    await call(page.context(), server.url, 'POST', '/step-up', { recoveryCode })
  await tryToSignIn(page, person, codes[9])
  await expect(page.getByText('That was your last recovery code.')).toBeVisible()
  // a page loaded again by mistake is no dead end, and nobody is told that they are out
  await page.reload()
  await expect(page.getByText('You signed in here a moment ago, and your account is open.')).toBeVisible()
  await page.getByRole('link', { name: 'Go to your account' }).click()
  await page.getByRole('link', { name: 'Two-factor authentication' }).click()
  await generate(page).click()
  const fresh = await readRecoveryCodes(page)
  await page.getByLabel('I have saved these codes').check()
  await typeBack(page).fill(fresh[9] ?? '')
  await takeThem(page).click()
  await expect(page.getByText('10 of 10 left')).toBeVisible()
})
