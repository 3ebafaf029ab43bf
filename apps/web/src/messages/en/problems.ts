import type { FieldErrorCode, ProblemCode, ProblemDetails } from '@latchkey/contract/problem'

export const unreachable = 'The server cannot be reached. Check the network connection, then try again.'

const inWords = (seconds: number) => {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? '1 minute' : minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}

export const problem: Record<ProblemCode, (details: ProblemDetails) => string> = {
  'malformed-request': () => 'The server could not read the request. Load the page again, then try once more.',
  'not-signed-in': () => 'You are no longer signed in. Sign in again to go on.',
  'wrong-credentials': () => 'User name or password is wrong.',
  'wrong-password': () => 'That is not your present password.',
  'wrong-code': () =>
    'That code did not match. Wait for the next one and try again; if it keeps failing, check the clock of your phone.',
  'code-already-used': () => 'That code was used already. Wait for the next one and try again.',
  'wrong-setup-link': () =>
    'This setup link is wrong, used up or older than 30 minutes. Restart the server to get a new one.',
  'sign-in-expired': () => 'That took too long, so signing in starts again.',
  'cross-site-request': () =>
    'The browser said this request came from another site, so it was refused. Open this page at its own address and try again.',
  'step-up-required': () => "Nothing was changed, because you did not confirm it's you.",
  'not-found': () => 'That no longer exists.',
  'method-not-allowed': () => 'The server does not allow that here. Load the page again, then try once more.',
  'request-timeout': () => 'The request took too long to arrive. Try again.',
  'already-exists': () => 'That is already taken.',
  'wrong-state': () => 'That was changed elsewhere in the meantime. Load the page again to see how it stands.',
  'no-longer-valid': () => 'That is no longer valid.',
  'too-large': () => 'That is more than the server accepts.',
  'unsupported-media-type': () => 'The server did not understand the request. Load the page again, then try once more.',
  'misdirected-request': () =>
    'This server does not answer under this address. Use the address your administrator gave you.',
  'invalid-input': () => 'Something here is not valid. Check what you typed.',
  'too-many-attempts': ({ retryAfter }) =>
    retryAfter
      ? `Too many attempts. Try again in ${inWords(retryAfter)}.`
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
