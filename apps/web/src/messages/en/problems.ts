import type { FieldErrorCode, ProblemCode, ProblemDetails } from '@latchkey/contract/problem'
import { locale } from '../language.ts'

export const unreachable = 'The server cannot be reached. Check the network connection, then try again.'

const inWords = (seconds: number) => {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? '1 minute' : minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}

/** The time of day by which the wait is over: never a minute too early. */
const until = (seconds: number, now: number) => {
  const minute = 60_000
  const at = Math.ceil((now + seconds * 1000) / minute) * minute
  return new Date(at).toLocaleTimeString(locale, { timeStyle: 'short' })
}

const minutesAndSeconds = (seconds: number) =>
  [seconds >= 60 && `${Math.floor(seconds / 60)} min`, seconds % 60 && `${seconds % 60} s`].filter(Boolean).join(' ')

/** A browser whose own clock agrees with the server this closely speaks for the server. */
const AGREES_WITHIN = 30_000

const clockIsOff = (offset: number, serverTime: number, now: number) => {
  const distance = `${minutesAndSeconds(Math.abs(offset))} ${offset < 0 ? 'ago' : 'from now'}`
  const isPhone = Math.abs(now - serverTime) <= AGREES_WITHIN
  const whose = isPhone ? 'your phone' : 'your phone or of this server'
  const advice = isPhone
    ? 'Let the phone set its time by itself, then try the next code.'
    : 'Let the phone set its time by itself; if that does not help, tell your administrator.'
  const utc = new Date(serverTime).toISOString().slice(11, 19)
  return `This code belongs to ${distance}: the clock of ${whose} is off. Server time ${utc} UTC. ${advice}`
}

/** What to say about each, `now` being when it happened here. */
export const problem: Record<ProblemCode, (details: ProblemDetails, now: number) => string> = {
  'malformed-request': () => 'The server could not read the request. Load the page again, then try once more.',
  'not-signed-in': () => 'You are no longer signed in. Sign in again to go on.',
  'wrong-credentials': () => 'User name or password is wrong.',
  'wrong-password': () => 'That is not your present password.',
  'wrong-code': ({ clockOffset, serverTime }, now) =>
    clockOffset && serverTime
      ? clockIsOff(clockOffset, Date.parse(serverTime), now)
      : 'That code did not match. Wait for the next one and try again; if it keeps failing, check the clock of your phone.',
  'code-already-used': () => 'That code was used already. Wait for the next one and try again.',
  'invalid-api-key': () =>
    'The API key is not valid: it was revoked, replaced or has expired, or it was copied wrongly.',
  'wrong-api-password': () => 'User name or API password is wrong. An API password is made in the settings.',
  'wrong-setup-link': () =>
    'This setup link is wrong, used up or older than 30 minutes. Restart the server to get a new one.',
  'sign-in-expired': () => 'That took too long, so signing in starts again.',
  'cross-site-request': () =>
    'The browser said this request came from another site, so it was refused. Open this page at its own address and try again.',
  forbidden: () => 'Your account may not do that. Ask your administrator if you need it.',
  'not-for-yourself': () => 'That cannot be done here to your own account. Use your own settings for it.',
  'interactive-session-required': () =>
    'This needs a person who is signed in, in a browser; an API key or API password is not enough.',
  'shown-once': () =>
    'Your API key was shown once, when it was made, and cannot be shown again. If it is lost, generate a new one.',
  'https-required': () =>
    'This was sent without encryption, so it was refused. Use the address that begins with https.',
  'step-up-required': () => "Nothing was changed, because you did not confirm it's you.",
  'not-found': () => 'That no longer exists.',
  'method-not-allowed': () => 'The server does not allow that here. Load the page again, then try once more.',
  'request-timeout': () => 'The request took too long to arrive. Try again.',
  'already-exists': () => 'That is already taken.',
  'wrong-state': () => 'That was changed elsewhere in the meantime. Load the page again to see how it stands.',
  'required-by-policy': () =>
    'Two-factor authentication is required for this account, so you cannot go without it. Ask your administrator if that is wrong.',
  'last-administrator': () =>
    'This is the last administrator who can sign in. Make somebody else an administrator first.',
  'no-longer-valid': () => 'That is no longer valid.',
  'changed-meanwhile': () =>
    'Somebody else changed this in the meantime, so nothing was saved. Load the page again to see how it stands, then make your change once more.',
  'too-large': () => 'That is more than the server accepts.',
  'unsupported-media-type': () => 'The server did not understand the request. Load the page again, then try once more.',
  'misdirected-request': () =>
    'This server does not answer under this address. Use the address your administrator gave you.',
  'invalid-input': () => 'Something here is not valid. Check what you typed.',
  'too-many-attempts': ({ retryAfter }, now) =>
    retryAfter
      ? `Too many attempts. Try again in ${inWords(retryAfter)}, at ${until(retryAfter, now)}.`
      : 'Too many attempts. Wait a while, then try again.',
  'headers-too-large': () =>
    'The browser sent more than the server accepts. Delete the cookies of this site, then try again.',
  unexpected: ({ requestId }) =>
    `Something went wrong on the server, and it was not your doing. Try again${requestId ? `; if it happens again, give your administrator this number: ${requestId}` : ''}.`,
  busy: ({ retryAfter }) =>
    `The server is busy. Try again ${retryAfter ? `in ${inWords(retryAfter)}` : 'in a moment'}.`,
}

export const fieldError: Record<FieldErrorCode, (limit?: number) => string> = {
  required: () => 'Fill this in.',
  'wrong-type': () => 'This cannot be used here.',
  'unknown-member': () => 'This cannot be used here.',
  invalid: () => 'This is not valid. Check how it is written.',
  'too-short': (limit) => (limit ? `Use at least ${limit} characters.` : 'This is too short.'),
  'too-long': (limit) => (limit ? `Use at most ${limit} characters.` : 'This is too long.'),
  compromised: () =>
    'This is among the passwords attackers try first: too close to common words, names or rows of keys. Choose another one.',
  'same-as-current': () => 'This is your present password. Choose a new one.',
}
