import { hash } from 'node:crypto'
import { eq } from '@latchkey/db/drizzle'
import { appCode } from '../../testing/authenticator-app.ts'
import { TestBrowser } from '../../testing/browser.ts'
import type { Person, World } from '../../testing/world.ts'
import type { Dice } from './dice.ts'
import { chooseAction, type Knowledge, learn, type Standpoint } from './model-choices.ts'
import { type Action, isPaused, statusOf } from './model-rules.ts'
import { type Account, readState, type State } from './model-state.ts'
import { compare, makeWatch, type Sent } from './model-verdict.ts'

const hashOf = (token: string | undefined) => (token ? hash('sha256', token, 'base64url') : null)

type Seat = { userId: string; name: string; browser: TestBrowser }

/** A run of random steps over a few people, each checked against the rules and against what must always be true. */
export async function modelRun({ w, dice, steps }: { w: World; dice: Dice; steps: number }) {
  // from the beginning of a step, so that a seed always meets the same codes at the same times
  const clock = { now: Math.ceil(w.deps.now() / 30_000) * 30_000 }
  const urls = [await w.second({ now: () => clock.now }), await w.second({ now: () => clock.now })].map(
    ({ url }) => url,
  )
  const people = [
    await w.person({ role: 'administrator' }),
    await w.person({ role: 'administrator' }),
    await w.person(),
    await w.person(),
    await w.person(),
  ]
  const seats: Seat[] = people.flatMap(({ id }, person) =>
    [1, 2, 3].map((n) => ({ userId: id, name: `${'ABCDE'[person]}${n}`, browser: w.browser() })),
  )
  const known: Knowledge = {
    password: Object.fromEntries(people.map(({ id, password }) => [id, password])),
    secrets: {},
    codes: new Map(),
  }
  const watch = makeWatch()
  const log: string[] = []
  const counts = { succeeded: new Map<string, number>(), pairs: 0, explained: 0, loosely: 0 }
  let requests = 0

  const standpoint = ({ userId, browser: { cookies } }: Seat): Standpoint => ({
    userId,
    session: hashOf(cookies.get('latchkey-session')),
    half: hashOf(cookies.get('latchkey-sign-in')),
  })

  /**
   * Sends a request through one of the two processes. Every one comes from another address and from a browser nobody
   * knows: how often a password may be wrong is not the matter here.
   */
  const send = async (seat: Seat, action: Action): Promise<Sent> => {
    const request = { ...standpoint(seat), action, now: clock.now }
    const server = dice.below(2)
    const sender = new TestBrowser(urls[server] as string, w.origin, seat.browser.address)
    seat.browser.cookies.delete('latchkey-browser')
    const before = new Map(seat.browser.cookies)
    for (const [name, value] of before) sender.cookies.set(name, value)
    const [method, path, body] = onTheWire(action, people.find(({ id }) => id === seat.userId) as Person)
    const n = requests++
    const headers = { 'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` }
    const answer = await sender.send(method, `/api/v1${path}`, { headers, ...(body !== undefined && { body }) })
    const text = await answer.text()
    for (const name of new Set([...before.keys(), ...sender.cookies.keys()])) {
      const value = sender.cookies.get(name)
      if (value === before.get(name)) continue
      if (value === undefined) seat.browser.cookies.delete(name)
      else seat.browser.cookies.set(name, value)
    }
    const reply = text ? JSON.parse(text) : {}
    const code = answer.ok ? 'ok' : reply.code
    if (answer.ok) learn(known, seat.userId, reply)
    const told = `${seat.name}@${server} ${JSON.stringify(action)} → ${code}`
    return { request, code, reply: answer.ok ? reply : null, told }
  }

  const eventsNow = async () => {
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.at, clock.now))
    return rows.filter(({ outcome }) => outcome === 'success').map(({ event }) => event)
  }

  let { state } = await readState(w)
  let seat = seats[0] as Seat
  let step = 0
  try {
    for (step = 1; step <= steps; step++) {
      // a millisecond at least, so that everything of this step can be told by its time
      clock.now += 1 + (dice.chance(0.12) ? pause(dice) : dice.below(2_000))
      const before = state
      // half the time the same person goes on, so that long ways are gone to their end as well
      if (dice.chance(0.5)) seat = dice.pick(seats)
      const isPair = dice.chance(0.2)
      const planned = [{ seat, action: chooseAction(dice, before, clock, known, standpoint(seat)) }]
      if (isPair) planned.push(companion(seat))
      const sent = await Promise.all(planned.map(({ seat, action }) => send(seat, action)))
      const time = new Date(clock.now).toISOString().slice(11, 23)
      log.push(`${step} ${time} ${sent.map(({ told }) => told).join(' ∥ ')}`)
      log.splice(0, log.length - 30)
      for (const { code, request } of sent)
        if (code === 'ok') counts.succeeded.set(request.action.do, (counts.succeeded.get(request.action.do) ?? 0) + 1)

      const [read, events] = await Promise.all([readState(w), eventsNow()])
      state = read.state
      const problems = [...judge(before, state, sent, events), ...watch(before, state, sent), ...read.broken]
      if (problems.length > 0) throw new Error(problems.join('\n'))
    }
    await nobodyIsLockedOut()
  } catch (error) {
    throw new Error(`At step ${step}: ${(error as Error).message}\nThe last steps:\n${log.join('\n')}`, {
      cause: error,
    })
  }
  return counts

  /** The other half of a pair: something else about the same person, now and then by an administrator. */
  function companion(first: Seat) {
    const administrator = seats.find(({ userId, browser }) => {
      const token = hashOf(browser.cookies.get('latchkey-session'))
      const account = state.accounts[userId]
      return account?.role === 'administrator' && account.sessions.some((own) => own.token === token)
    })
    if (administrator && dice.chance(0.3)) {
      const changes = dice.pick([{ twoFactorActive: false }, { requireTwoFactor: true }, { enabled: false }] as const)
      return { seat: administrator, action: { do: 'change-person', id: first.userId, changes } as const }
    }
    const seat = dice.pick(seats.filter(({ userId }) => userId === first.userId))
    return { seat, action: chooseAction(dice, state, clock, known, standpoint(seat)) }
  }

  /** What came of it must be what the rules say; of two at once, what they say of one order or the other. */
  function judge(before: State, after: State, sent: Sent[], events: string[]): string[] {
    const orders = sent.length === 1 ? [sent] : [sent, sent.toReversed()]
    const verdicts = orders.map((order) => compare(before, after, order, events))
    if (sent.length === 1) return verdicts[0]?.exact ?? []
    counts.pairs++
    if (verdicts.some(({ exact }) => exact.length === 0)) counts.explained++
    else if (verdicts.some(({ loose }) => loose.length === 0)) counts.loosely++
    else
      return verdicts.flatMap(({ loose }, n) => [
        `Two at once, as if ${n === 0 ? 'in this' : 'in the other'} order:`,
        ...loose,
      ])
    return []
  }

  async function nobodyIsLockedOut() {
    for (const person of people) {
      clock.now += 31_000
      const account = state.accounts[person.id]
      if (!account?.enabled || isPaused(account, clock.now) || account.failures >= 99) continue
      await getsIn(person, account)
    }
  }

  async function getsIn(person: Person, account: Account) {
    const seat = { userId: person.id, name: person.username, browser: w.browser() }
    const act = async (action: Action) => {
      const sent = await send(seat, action)
      if (sent.code !== 'ok') throw new Error(`Locked out: ${sent.told}`)
      return sent.reply
    }
    const enter = () => act({ do: 'sign-in', isRight: true, password: person.password })
    const shown = await enter()
    if (account.app) {
      await act({ do: 'second-factor', shown: { code: codeNow(account.app) } })
      const [unused] = Object.entries(account.live?.codes ?? {}).flatMap(([key, isUsed]) => (isUsed ? [] : [key]))
      if (!unused) return
      await enter()
      await act({ do: 'second-factor', shown: { recoveryCode: known.codes.get(unused) ?? '' } })
    } else if (statusOf(state, account) === 'pending')
      await act({ do: 'enrol-at-sign-in', code: codeNow({ secret: shown?.secret ?? '', drift: 0 }) })
    await act({ do: 'look' })
  }

  function codeNow({ secret, drift }: { secret: string; drift: number }) {
    return appCode(secret, clock.now + drift * 30_000)
  }
}

/** How long somebody goes away: for the next code, past the freshness of a proof, a pause, an idle session. */
const pause = (dice: Dice) =>
  dice.weigh([
    [30, 10_000],
    [40, 30_000],
    [20, 61_000],
    [6, 5 * 60_000 + 1_000],
    [4, 10 * 60_000],
    [4, 15 * 60_000 + 1_000],
    [2, 31 * 60_000],
    [1, 61 * 60_000],
    [0.3, 12 * 3_600_000],
  ])

/** Method, path and body of an action. */
function onTheWire(action: Action, { username }: Person): [method: string, path: string, body?: unknown] {
  switch (action.do) {
    case 'sign-in':
      return ['POST', '/sign-in', { username, password: action.password }]
    case 'second-factor':
      return ['POST', '/sign-in/second-factor', action.shown]
    case 'enrol-at-sign-in':
      return ['POST', '/sign-in/enrolment', { code: action.code }]
    case 'step-up': {
      const { proof, purpose } = action
      const shown = 'password' in proof ? { password: proof.password } : proof
      return ['POST', '/step-up', { ...shown, ...(purpose && { purpose }) }]
    }
    case 'begin':
      return ['POST', '/account/two-factor/authenticator']
    case 'validate':
      return ['POST', '/account/two-factor/authenticator/validate', { code: action.code }]
    case 'cancel':
      return ['DELETE', '/account/two-factor/authenticator']
    case 'set-up-later':
      return ['POST', '/account/two-factor/pending']
    case 'cancel-set-up':
      return ['DELETE', '/account/two-factor/pending']
    case 'reset-secret':
      return ['POST', '/account/two-factor/reset-secret']
    case 'deactivate':
      return ['DELETE', '/account/two-factor']
    case 'renew-codes':
      return ['POST', '/account/recovery-codes']
    case 'confirm-codes':
      return ['POST', '/account/recovery-codes/confirm', { recoveryCode: action.typed }]
    case 'look':
      return ['GET', '/account/two-factor']
    case 'sign-out':
      return ['POST', '/sign-out']
    case 'end-other-sessions':
      return ['DELETE', '/account/sessions']
    case 'change-policy':
      return ['PATCH', '/policy', action.changes]
    case 'change-person':
      return ['PATCH', `/users/${action.id}`, action.changes]
  }
}
