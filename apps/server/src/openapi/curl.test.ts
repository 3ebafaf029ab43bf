import { spawnSync } from 'node:child_process'
import { looksLikeApiCredential } from '@latchkey/auth-core/api-credential'
import { endpoints } from '@latchkey/contract/all'
import { expect, test } from 'vitest'
import { makeDocument } from './document.ts'

const document = makeDocument('https://account.example.org')
type Described = { operationId: string; 'x-codeSamples': { source: string }[] }
const examples = Object.values(document.paths ?? {})
  .flatMap((methods) => Object.values(methods) as Described[])
  .map(({ operationId, 'x-codeSamples': [sample] }) => ({ name: operationId, source: sample?.source ?? '' }))

const environment = {
  LATCHKEY_API_KEY: 'lk_from-the-environment',
  LATCHKEY_PASSWORD: 'it\'s $HOME \\"here\\" `now`',
  LATCHKEY_NEW_PASSWORD: 'eleven slow lanterns',
  LATCHKEY_RECOVERY_CODE: 'GAY54E-VRPN6W-HLYRQ5-QPRYR3',
  LATCHKEY_TOKEN: 'from-the-environment',
}

/** What a shell makes of each example: the words curl is given, and what it is told on standard input. */
function run() {
  const curl = `curl() { for word; do printf '%s\\0' "$word"; done; case "$*" in *@-*) cat;; esac; }`
  const script = examples.map(({ source }) => `${source}\nprintf '\\001'`).join('\n')
  const { stdout, stderr } = spawnSync('sh', ['-euc', `${curl}\n${script}`], {
    env: { PATH: process.env['PATH'], ...environment },
    input: '',
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return stdout.split('\u0001').map((told) => {
    const words = told.split('\0')
    const after = (option: string) => words[words.indexOf(option) + 1]
    return { words, after, stdin: words.at(-1) ?? '' }
  })
}
const commands = run()

test.each(examples.map(({ name }, i) => [name, i] as const))(
  'the curl example of %s sends a body the operation takes',
  (name, i) => {
    const { words, after, stdin } = commands[i] ?? { words: [], after: () => undefined, stdin: '' }
    const { body, encoding } = endpoints.find((one) => one.name === name)?.endpoint ?? {}
    if (!body) return expect(words).not.toContain('--data')
    if (encoding === 'form')
      return expect(body.parse(Object.fromEntries([after('--data-urlencode')?.split('=')]))).toBeTruthy()
    expect(words).toContain('Content-Type: application/json')
    const sent = after('--data') === '@-' ? stdin : after('--data')
    expect(body.safeParse(JSON.parse(sent ?? '')).error).toBeUndefined()
  },
)

test('a password arrives as it is, and is on no command line', () => {
  const signIn = commands[examples.findIndex(({ name }) => name === 'signIn')]
  expect(JSON.parse(signIn?.stdin ?? '')).toEqual({ username: 'robin.vale', password: 'it\'s $HOME "here" `now`' })
  for (const { words } of commands) expect(words.slice(0, -1).join(' ')).not.toMatch(/HOME|lanterns|GAY54E/)
})

test('no example holds a secret: what is one comes from the environment', () => {
  for (const { name, source } of examples) {
    expect([name, source]).toEqual([name, expect.not.stringMatching(/lkd?p?_|herons|lanterns|GAY54E/)])
    expect([name, source]).toEqual([name, expect.not.stringMatching(/"(\w*[pP]assword|token|recoveryCode)": "[^$]/)])
  }
})

test('no example runs only with a curl of the last years', () => {
  for (const { source } of examples) expect(source).not.toContain('--json')
})

test('what an example gives somebody else is not the password of who asks', () => {
  expect(examples.find(({ name }) => name === 'createUser')?.source).toContain('"password": "$LATCHKEY_NEW_PASSWORD"')
})

test('an example of a policy is what holds anyway', () => {
  expect(examples.find(({ name }) => name === 'updatePolicy')?.source).toContain('"sessionIdleMinutes": 30\n')
})

test('a credential in the document could be a real one but for its checksum', () => {
  const text = JSON.stringify(document)
  const kinds = { 'api-key': 'lk_', 'api-password': 'lkp_', download: 'lkd_' } as const
  for (const [kind, prefix] of Object.entries(kinds) as [keyof typeof kinds, string][]) {
    const found = text.match(new RegExp(`\\b${prefix}\\w{30,}`, 'g')) ?? []
    expect(found.length).toBeGreaterThan(0)
    for (const one of found) {
      expect(one).toHaveLength(prefix.length + 36)
      expect(looksLikeApiCredential(kind, one)).toBe(false)
    }
  }
})
