import { openApiPath } from '@latchkey/contract/endpoint'
import { expect, type Page } from '@playwright/test'
import { tabTo } from '../fixtures/pages.ts'
import { test } from '../fixtures/test.ts'

/** Everything about one operation, by its summary. */
const operation = (page: Page, summary: string) => page.getByRole('region', { name: summary, exact: true })

const searchButton = (page: Page) => page.getByRole('button', { name: /^Open Search/ }).filter({ visible: true })

async function openDocumentation(page: Page) {
  await page.goto('/api/docs')
  await expect(page.getByRole('heading', { name: 'Latchkey', level: 1 })).toBeVisible()
}

/** In the search, which is open. */
async function choose(page: Page, summary: string) {
  await page.getByRole('combobox', { name: 'Enter search query' }).fill(summary)
  await page.getByRole('option', { name: `Operation: ${summary}` }).click()
  await expect(operation(page, summary)).toBeInViewport()
}

/** How far the page reaches beyond the window; code may scroll inside its box. */
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)

test('whoever is not signed in reads what the API can do, and finds the way to the settings', async ({ page }) => {
  await openDocumentation(page)
  await expect(page).toHaveTitle('API documentation · Latchkey')
  await expect(page.getByRole('link', { name: 'Two-factor authentication' })).toBeVisible()
  await page.getByRole('link', { name: 'User Settings' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})

test('searching finds an operation by its name, with the keyboard alone', async ({ page }) => {
  await openDocumentation(page)
  await tabTo(page, searchButton(page))
  await page.keyboard.press('Enter')
  await page.keyboard.type('every other session')
  await expect(page.getByRole('option', { name: /End every other session/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(operation(page, 'End every other session')).toBeInViewport()
})

test('an operation comes with a curl command for this very server', async ({ page, server }) => {
  await openDocumentation(page)
  await searchButton(page).click()
  await choose(page, 'Change the display name')
  const example = operation(page, 'Change the display name').getByRole('group', { name: /^Request Example/ })
  await expect(example).toContainText(`curl '${server.url}/api/v1/account'`)
  await expect(example).toContainText('"displayName": "Robin Vale"')
})

test('the first Tab offers to skip the list of operations', async ({ page }) => {
  await openDocumentation(page)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await expect(page.getByRole('heading', { name: 'Latchkey', level: 1 })).toBeInViewport()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`where the system is ${colorScheme}`, () => {
    test.use({ colorScheme })

    test('the documentation is, too', async ({ page }) => {
      await openDocumentation(page)
      const lightness = await page.evaluate(() => {
        const paint = new OffscreenCanvas(1, 1).getContext('2d')
        if (!paint) throw new Error('No canvas')
        paint.fillStyle = getComputedStyle(document.body).backgroundColor
        paint.fillRect(0, 0, 1, 1)
        return Math.max(...paint.getImageData(0, 0, 1, 1).data.slice(0, 3)) / 255
      })
      expect(lightness > 0.5 ? 'light' : 'dark').toBe(colorScheme)
    })
  })
}

test.describe('on a screen 320 pixels wide', () => {
  test.use({ viewport: { width: 320, height: 640 } })

  test('an operation is found and read without scrolling sideways', async ({ page }) => {
    await openDocumentation(page)
    expect(await overflow(page)).toBe(0)
    await page.getByRole('button', { name: 'Open Menu' }).click()
    await searchButton(page).click()
    await choose(page, 'Add somebody, who chooses a password of their own at the first sign-in')
    expect(await overflow(page)).toBe(0)
  })

  test('a command is copied with a button that is there without a pointer', async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await openDocumentation(page)
    await page.keyboard.press('Control+k')
    await choose(page, 'Change the display name')
    const example = operation(page, 'Change the display name').getByRole('group', { name: /^Request Example/ })
    const copy = example.getByRole('button', { name: /Copy$/ })
    await expect(copy).toHaveCSS('opacity', '1')
    await copy.click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl '/)
  })

  test('from chapter to chapter, no policy is violated and nobody else is asked', async ({ page }) => {
    type Document = { paths: Record<string, Record<string, { summary: string; tags: string[] }>> }
    const { paths }: Document = await (await page.request.get(openApiPath)).json()
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    const firstOfEach = new Map(operations.toReversed().map(({ tags: [tag], summary }) => [tag, summary]))

    // any line in the console and any request elsewhere fails the test (fixtures/watch)
    await openDocumentation(page)
    for (const summary of firstOfEach.values()) {
      await page.keyboard.press('Control+k')
      await choose(page, summary)
    }
    expect(await overflow(page)).toBe(0)
  })
})
