export const title = 'Profile'
export const panel = 'Who you are'
export const purpose = 'Your name is shown to you and to administrators. You sign in with your user name.'
export const name = 'Name'
export const readOnlyWhy = 'Your account is read-only, so you cannot change your name. Ask an administrator.'
export const username = 'User name'
export const email = 'E-mail'
export const noEmail = 'None'
export const unverified = 'not verified'
export const pending = (address: string) => `${address} waits to be confirmed`
export const role = 'Role'
export const memberSince = 'Account made'
export const roles = { administrator: 'Administrator', member: 'Member', 'read-only': 'Read-only', service: 'Service' }
export const save = 'Save'
export const saved = (name: string) => `Saved. You are now called “${name}”.`
