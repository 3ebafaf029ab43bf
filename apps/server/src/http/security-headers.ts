/** Headers of every answer; what differs between data and documents is added below. */
const everywhere = (secure: boolean) => ({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  ...(secure && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
})

export type SecurityHeaders = ReturnType<typeof securityHeaders>

const contentSecurityPolicy = (styles: string, pictures: string) =>
  `default-src 'none'; script-src 'self'; style-src ${styles}; img-src ${pictures}; connect-src 'self'; font-src 'self'; ` +
  "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

/** What a browser holds every page of ours to, whatever is on it. */
const page = (secure: boolean) => ({
  ...everywhere(secure),
  'Cache-Control': 'no-cache',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), ' +
    'publickey-credentials-create=(self), publickey-credentials-get=(self)',
})

/** @param secure whether people reach this server over https */
export const securityHeaders = (secure: boolean) => ({
  /** for answers of the API: never stored, never a document */
  api: {
    ...everywhere(secure),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  },
  /** for the page: only files of this origin, no frames, no inline anything (CSP level 3) */
  document: {
    ...page(secure),
    'Content-Security-Policy': contentSecurityPolicy("'self'", "'self'"),
    // RFC 8942 section 3.1: what the session list shows of a browser
    'Accept-CH':
      'Sec-CH-UA-Full-Version-List, Sec-CH-UA-Platform-Version, Sec-CH-UA-Model, Sec-CH-UA-Arch, Sec-CH-UA-Bitness',
  },
  /** for the API documentation alone: its renderer writes styles as it goes (docs/decisions/0020) */
  apiDocs: { ...page(secure), 'Content-Security-Policy': contentSecurityPolicy("'self' 'unsafe-inline'", "'self'") },
  /** for files whose name carries their hash */
  asset: { ...everywhere(secure), 'Cache-Control': 'public, max-age=31536000, immutable' },
})
