export const skipToContent = 'Skip to content'
export const titleOf = (page: string) => `${page} · Latchkey`
export const userSettings = 'User Settings'
export const apiDocumentation = 'API documentation'
export const signOut = 'Sign out'
export const settings = 'Settings'
export const pages = {
  profile: 'Profile',
  password: 'Password',
  twoFactor: 'Two-factor authentication',
  apiKey: 'API key',
  apiPassword: 'API password',
  sessions: 'Sessions',
  downloads: 'Downloads',
}
export const notFound = 'Page not found'
export const notFoundWhy = 'There is nothing at this address. It may have been mistyped, or the page has moved.'
export const toSettings = 'Go to your settings'
export const broken = 'This page could not be shown'
export const brokenWhy =
  'Something in it failed, or a part of it could not be fetched from the server. Your account is untouched.'
export const loadAgain = 'Load the page again'
export const offline =
  'You are offline. What you see may be out of date, and changes cannot be saved until the connection is back.'
