/** The features in the order somebody reads about them, with the names their pages bear. */
const chapters: Record<string, [title: string, description: string]> = {
  setup: ['Setting up', 'The first administrator is made once, with the link the server prints at its first start.'],
  'sign-in': [
    'Signing in',
    'For browsers. Each step says in `status` what is asked next; between the steps there is only a short-lived ' +
      'cookie that opens nothing else. Programs use an API key and do not sign in.',
  ],
  'step-up': ["Confirm it's you", 'The proof that sensitive actions of a browser session ask for.'],
  profile: ['Profile', 'Who the caller is, and the name they go by.'],
  email: ['E-mail', 'A new address is proved before it becomes the address.'],
  password: ['Password', 'The password of the account and the rules for a new one.'],
  'two-factor': [
    'Two-factor authentication',
    'Codes of an authenticator app (RFC 6238: six digits, thirty seconds). The status is `disabled`, `pending` ' +
      'or `active`.',
  ],
  'recovery-codes': ['Recovery codes', 'Ten codes for the day the phone is gone, each good for one use.'],
  'api-key': ['API key', 'The key programs call this API with, one per account.'],
  'api-password': ['API password', 'For programs that only know HTTP Basic: used with the user name, one per account.'],
  sessions: ['Sessions', 'Where an account is signed in. A closed session ends with its next request.'],
  'identity-keys': ['Identity keys', 'SSH public keys of the account.'],
  downloads: ['Downloads', 'Links that open one thing for a chosen time and nothing else.'],
  'delete-account': ['Delete account', 'Not reversible.'],
  activity: ['Activity', 'Every security event: what, when, who, and from where.'],
  users: ['Users', 'Everybody’s accounts, for administrators.'],
  policy: ['Policy', 'What holds for everybody, for administrators.'],
  introspection: ['Introspection', 'For other services: whose token is this, and what may it do (RFC 7662).'],
  'forward-auth': ['Forward authentication', 'For reverse proxies: who does this request come from.'],
}

const order = Object.keys(chapters)
const place = (feature: string) => (order.indexOf(feature) + 1 || order.length + 1) - 1

/** The tags of the document for these features. One nobody wrote about stands at the end, under its own name. */
export const tagsOf = (features: string[]) =>
  [...new Set(features)]
    .sort((a, b) => place(a) - place(b))
    .map((name) => {
      const [title, description] = chapters[name] ?? [name, undefined]
      return { name, 'x-displayName': title, ...(description && { description }) }
    })

/** Chapter by chapter, and what is read before what is changed. */
export const inReadingOrder = <One extends { feature: string; endpoint: { path: string; method: string } }>(
  all: One[],
) =>
  all.toSorted(
    (a, b) =>
      place(a.feature) - place(b.feature) ||
      a.endpoint.path.localeCompare(b.endpoint.path, 'en') ||
      methods.indexOf(a.endpoint.method) - methods.indexOf(b.endpoint.method),
  )

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What is said before the first operation. */
export const introduction = `Account settings and security: everything the browser app does, and nothing else.

## Calling it

The examples take secrets from the environment, so that none ends up in the history of a shell:

\`\`\`sh
read -rs LATCHKEY_API_KEY
\`\`\`

In the same way \`LATCHKEY_PASSWORD\` is your own password, \`LATCHKEY_NEW_PASSWORD\` one to be set,
\`LATCHKEY_RECOVERY_CODE\` a recovery code and \`LATCHKEY_TOKEN\` the token of a link, or the key somebody showed. In a
password write \`\\"\` for \`"\` and \`\\\\\` for \`\\\`, because it becomes part of JSON.

Programs use an API key, as \`Authorization: Bearer …\`, or where they only know HTTP Basic, the user name and an API
password. Neither is ever accepted in an address. What asks a person to confirm who they are takes a browser session
only. To try such an operation by hand, sign in with the example of \`POST /sign-in\`; the cookies stay in \`cookies.txt\`.

## Answers

Bodies are JSON; times are RFC 3339 in UTC; ids are opaque. A list comes in pages of at most a hundred items: pass
\`nextCursor\` back as \`cursor\` until it is \`null\`.

A failure is \`application/problem+json\` (RFC 9457). Decide by its \`code\`, which never changes its meaning; \`title\` is
for people; \`errors\` names every part of the input that was refused; \`retryAfter\` says in how many seconds another try
makes sense; \`requestId\` finds the request in the server's log.`
