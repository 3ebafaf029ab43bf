/**
 * Every way a request can fail, once: the server throws one, the browser gets the same one back.
 * The wire form is RFC 9457 `application/problem+json` with the code as a stable extension member.
 */
export const problems = {
  'malformed-request': { status: 400, title: 'The request could not be read' },
  'not-signed-in': { status: 401, title: 'Sign in first' },
  'wrong-credentials': { status: 401, title: 'User name or password is wrong' },
  'wrong-password': { status: 401, title: 'The password is wrong' },
  'wrong-code': { status: 401, title: 'The code is wrong' },
  'code-already-used': { status: 401, title: 'The code was already used' },
  'invalid-api-key': { status: 401, title: 'The API key is not valid' },
  'wrong-api-password': { status: 401, title: 'User name or API password is wrong' },
  'wrong-setup-link': { status: 401, title: 'The setup link is wrong or no longer valid' },
  'sign-in-expired': { status: 401, title: 'Start signing in again' },
  'cross-site-request': { status: 403, title: 'The request came from another site' },
  forbidden: { status: 403, title: 'Your account may not do that' },
  'not-for-yourself': { status: 403, title: 'Use your own settings for that' },
  'interactive-session-required': { status: 403, title: 'Do this signed in, in a browser' },
  'shown-once': { status: 403, title: 'The API key was shown once and cannot be shown again' },
  'https-required': { status: 403, title: 'Use https: what was sent could be read on the way' },
  'step-up-required': { status: 403, title: "Confirm it's you" },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'already-exists': { status: 409, title: 'It is already taken' },
  'wrong-state': { status: 409, title: 'That does not fit the present state' },
  'required-by-policy': { status: 409, title: 'Two-factor authentication is required for this account' },
  'last-administrator': { status: 409, title: 'There must be an enabled administrator' },
  'no-longer-valid': { status: 410, title: 'No longer valid' },
  'changed-meanwhile': { status: 412, title: 'Somebody else changed it in the meantime' },
  'too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not of the type that is taken here' },
  'misdirected-request': { status: 421, title: 'This server does not answer for that host' },
  'invalid-input': { status: 422, title: 'Some of the input is not valid' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  'headers-too-large': { status: 431, title: 'The request headers are too large' },
  unexpected: { status: 500, title: 'Something went wrong on our side' },
  busy: { status: 503, title: 'Busy, try again in a moment' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

/** What is wrong with one part of the input. `code` is stable; the value itself is never repeated. */
export type FieldError = { pointer: string; code: FieldErrorCode; limit?: number }

/** Why one field was refused. */
export const fieldErrorCodes = [
  'required',
  'wrong-type',
  'unknown-member',
  'invalid',
  'too-short',
  'too-long',
  'compromised',
  'same-as-current',
] as const
export type FieldErrorCode = (typeof fieldErrorCodes)[number]

export type ProblemDetails = {
  /** the part of the input the failure is about, when there is just one (RFC 6901) */
  pointer?: string | undefined
  /** a sentence about this very failure: what to do now (RFC 9457 section 3.1.4) */
  detail?: string | undefined
  /** every refused part of the input, for `invalid-input` */
  errors?: FieldError[] | undefined
  /** whole seconds until another try makes sense; also sent as Retry-After */
  retryAfter?: number | undefined
  /** of a code that belongs to another time: seconds the clock that made it is ahead (or, negative, behind) */
  clockOffset?: number | undefined
  /** what time it is here, RFC 3339; comes with `clockOffset` */
  serverTime?: string | undefined
  requestId?: string | undefined
}

/** A failure a caller can act on. Thrown at the edges only: rules answer with values. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly details: ProblemDetails

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(problems[code].title)
    this.name = 'Problem'
    this.code = code
    this.details = details
  }

  get status(): number {
    return problems[this.code].status
  }

  /** RFC 9457 section 3: the body as it travels. */
  toBody(requestId: string) {
    return {
      type: `urn:latchkey:problem:${this.code}`,
      title: this.message,
      status: this.status,
      code: this.code,
      ...this.details,
      requestId,
    }
  }

  /** The problem a server meant by a body, or `unexpected` when the body is not one of ours. */
  static fromBody(body: unknown): Problem {
    const { code, pointer, detail, errors, retryAfter, clockOffset, serverTime, requestId } = (body ?? {}) as {
      code?: string
    } & ProblemDetails
    if (!code || !(code in problems)) return new Problem('unexpected')
    return new Problem(code as ProblemCode, { pointer, detail, errors, retryAfter, clockOffset, serverTime, requestId })
  }
}
