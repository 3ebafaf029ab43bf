/** The pages a browser can be sent to, in the order of the side menu. An address outside this list is not found. */
export const pages = [
  '/',
  '/setup',
  '/sign-in',
  '/settings',
  '/settings/profile',
  '/settings/password',
  '/settings/two-factor',
  '/settings/api-key',
  '/settings/api-password',
  '/settings/sessions',
  '/settings/downloads',
] as const
export type Page = (typeof pages)[number]

/**
 * Where to go after signing in: one of our own pages or the given default.
 * Compared whole, never by prefix, so that `//evil` and `/\evil` are nobody's page.
 */
export const safeReturnTo = (wanted: string | null, otherwise: Page): Page =>
  pages.find((page) => page === wanted) ?? otherwise
