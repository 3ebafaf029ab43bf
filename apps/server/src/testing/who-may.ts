import { randomUUID } from 'node:crypto'

/** Which roles are let in, by the first letter of each; a credential that is left out lets nobody in. */
type Doors = Partial<Record<'cookie' | 'key' | 'basic', string>>
export type Row = {
  doors: Doors | 'anybody' | 'our-pages' | 'half'
  body?: object | string | (() => object)
  query?: string
  /** what somebody who is let in hears with this body; null when it succeeds */
  meets?: string | null
  /** a browser is asked for a proof when the last one is stale; a key or API password never is */
  proof?: true
  /** what the id in the path names: something of one's own and somebody else's, or a person */
  names?: 'session' | 'download' | 'person' | 'service'
}

const everywhere = (roles: string) => ({ cookie: roles, key: roles, basic: roles })
const everybody = everywhere('AMR')
const toSee = { doors: everybody }
const toAdminister = { doors: everywhere('A') }
/** done by the person in front of a browser, and by nobody else */
const byHand = { doors: { cookie: 'AMR' } }
const byHandProved = { ...byHand, proof: true } as const
const password = 'lantern harbour violet'
/** of everybody these bodies are sent for */
export const ownPassword = 'violet own harbour lantern'

/** Who may do what, written down by hand from the specification: nothing here is asked of the product. */
export const whoMay: Record<string, Row> = {
  getSetup: { doors: 'anybody' },
  completeSetup: {
    doors: 'our-pages',
    body: { token: 'x'.repeat(43), username: 'first', displayName: 'First', password },
    meets: 'wrong-setup-link',
  },
  signIn: { doors: 'our-pages', body: { username: 'nobody-here', password }, meets: 'wrong-credentials' },
  showSecondFactor: { doors: 'half', body: { code: '123456' } },
  chooseNewPassword: { doors: 'half', body: { newPassword: password } },
  enrolAtSignIn: { doors: 'half', body: { code: '123456' } },
  signOut: { doors: 'our-pages' },
  stepUp: { ...byHand, body: { password: ownPassword } },
  getAccount: toSee,
  updateAccount: { doors: everywhere('AM'), body: { displayName: 'Somebody' } },
  getPasswordRules: { doors: 'anybody' },
  changePassword: { ...byHandProved, body: { currentPassword: ownPassword, newPassword: password } },
  getTwoFactor: toSee,
  beginAuthenticator: byHandProved,
  validateAuthenticator: { ...byHand, body: { code: '123456' }, meets: 'no-longer-valid' },
  cancelAuthenticator: byHand,
  setUpLater: byHandProved,
  cancelSetUp: byHandProved,
  resetSecret: { ...byHand, meets: 'wrong-state' },
  deactivateTwoFactor: { ...byHand, meets: 'wrong-state' },
  renewRecoveryCodes: { ...byHand, meets: 'wrong-state' },
  confirmRecoveryCodes: { ...byHandProved, body: { recoveryCode: '222222' }, meets: 'no-longer-valid' },
  getApiKey: toSee,
  generateApiKey: { ...byHandProved, body: { overlap: '24h' } },
  revokeApiKey: byHandProved,
  revealApiKey: { ...byHandProved, meets: 'shown-once' },
  getApiPassword: toSee,
  generateApiPassword: byHandProved,
  revokeApiPassword: byHandProved,
  listSessions: toSee,
  endOtherSessions: { doors: { cookie: 'AMR', key: 'AM' }, proof: true },
  endSession: { doors: { cookie: 'AMR', key: 'AM' }, proof: true, names: 'session' },
  listDownloads: toSee,
  makeDownload: { ...byHandProved, body: { resource: 'account-export', expiresInHours: 1 } },
  revokeDownload: { ...byHandProved, names: 'download' },
  openDownload: { doors: 'anybody', query: 'token=none', meets: 'no-longer-valid' },
  listUsers: toAdminister,
  createUser: {
    ...toAdminister,
    body: () => ({ username: `new-${randomUUID().slice(0, 8)}`, displayName: 'New', role: 'member', password }),
    proof: true,
  },
  getUser: { ...toAdminister, names: 'person' },
  updateUser: { ...toAdminister, body: { displayName: 'Renamed' }, proof: true, names: 'person' },
  endUserSessions: { doors: { cookie: 'A' }, proof: true, names: 'person' },
  revokeUserCredentials: { doors: { cookie: 'A' }, proof: true, names: 'person' },
  generateServiceKey: { doors: { cookie: 'A' }, proof: true, names: 'service' },
  getPolicy: toAdminister,
  updatePolicy: { ...toAdminister, body: { selfDeletion: true }, proof: true },
  introspect: { doors: { key: 'AS', basic: 'A' }, body: 'token=lk_unknown' },
  forwardAuth: toSee,
  getReturnAddress: { doors: 'anybody', query: 'url=https://elsewhere.example/', meets: 'invalid-input' },
}
