import type { ProblemCode } from '@latchkey/contract/problem'
import { carryOut, isOver, isPaused, isRequired, type Reply, type Request, statusOf } from './model-rules.ts'
import type { Account, State } from './model-state.ts'

/** A request that was answered. */
export type Sent = { request: Request; code: 'ok' | ProblemCode; reply: Reply | null; told: string }

/**
 * How what happened differs from what the rules say of these requests, one after the other in this order.
 * @returns `exact` counts everything; `loose` forgives what two requests at once may disturb without harm: which
 *   refusal it was, and how often was tried
 */
export function compare(before: State, after: State, order: Sent[], events: string[]) {
  const expected = structuredClone(before)
  const outcomes = order.map(({ request, reply, code }) => ({ ...carryOut(expected, request, reply), actual: code }))
  const now = order[0]?.request.now ?? 0
  const known = idsOf(before)
  const eventsDiffer = differences(
    outcomes.flatMap((outcome) => outcome.events).sort(),
    events.toSorted(),
    'what is remembered',
  )
  const look = order.flatMap(({ request, reply }) => judgeLook(expected, request, reply))
  const isSame = ({ code, actual }: (typeof outcomes)[number]) => code === actual
  const isSameKind = ({ code, actual }: (typeof outcomes)[number]) => (code === 'ok') === (actual === 'ok')
  const told = (isFine: typeof isSame) =>
    outcomes.flatMap((outcome, n) =>
      isFine(outcome) ? [] : [`${order[n]?.request.action.do} should have been ${outcome.code}`],
    )
  return {
    exact: [
      ...told(isSame),
      ...differences(comparable(expected, known, now), comparable(after, known, now), 'the state'),
      ...eventsDiffer,
      ...(order.length === 1 ? look : []),
    ],
    loose: [
      ...told(isSameKind),
      ...differences(
        comparable(expected, known, now, disturbed),
        comparable(after, known, now, disturbed),
        'the state',
      ),
      ...eventsDiffer,
    ],
  }
}

/** The panel says in words what is so. */
function judgeLook(state: State, { action, userId }: Request, reply: Reply | null): string[] {
  const account = state.accounts[userId]
  if (action.do !== 'look' || !reply || !account) return []
  const left = account.live && Object.values(account.live.codes).filter((isUsed) => !isUsed).length
  const panel = reply as { status: string; required: boolean; recoveryCodes: { left: number } | null }
  return differences(
    { status: statusOf(state, account), required: isRequired(state, account), left },
    { status: panel.status, required: panel.required, left: panel.recoveryCodes?.left ?? null },
    'what the panel shows',
  )
}

const idsOf = ({ accounts }: State) =>
  new Set(
    Object.values(accounts).flatMap(({ app, sessions, challenges }) => [
      app?.id,
      ...sessions.map(({ id }) => id),
      ...challenges.map(({ token }) => token),
    ]),
  )

const disturbed = new Set(['failures', 'isPaused', 'attempts', 'earlySteps', 'seenAt'])

/** A state without what nobody can foretell, so that two of them can be laid side by side. */
function comparable(
  { policy, accounts }: State,
  known: Set<string | undefined>,
  now: number,
  without = new Set<string>(),
) {
  const idOf = (id: string) => (known.has(id) ? id : 'new')
  const sorted = <Row>(rows: Row[]) => rows.map((row) => JSON.stringify(row, omit)).sort()
  const omit = (key: string, value: unknown) => (without.has(key) ? undefined : value)
  const account = ({ sessions, challenges, pausedUntil, ...rest }: Account) => ({
    ...rest,
    isPaused: isPaused({ ...rest, sessions, challenges, pausedUntil }, now),
    app: rest.app && { ...rest.app, id: idOf(rest.app.id) },
    candidate: rest.candidate && { ...rest.candidate, holder: idOf(rest.candidate.holder) },
    // sessions that are over open nothing; when their rows go is a matter of tidiness
    sessions: sorted(
      sessions
        .filter((session) => !isOver(session, now))
        .map(({ token: _, previousToken: __, id, ...session }) => ({ id: idOf(id), ...session })),
    ),
    challenges: sorted(challenges.map(({ token, ...challenge }) => ({ token: idOf(token), ...challenge }))),
  })
  const all = Object.entries(accounts).map(([id, one]) => [id, account(one)])
  return JSON.parse(JSON.stringify({ policy, accounts: Object.fromEntries(all) }, omit)) as unknown
}

/** Every place where two values differ, as sentences. */
function differences(expected: unknown, actual: unknown, where: string): string[] {
  if (Object.is(expected, actual)) return []
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (!isTree(expected) || !isTree(actual))
    return [`${where} should be ${JSON.stringify(expected)} and is ${JSON.stringify(actual)}`]
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
    differences(expected[key], actual[key], `${where} / ${key}`),
  )
}

/**
 * What must hold whatever the rules above say, over the whole run: nothing used becomes unused, counters fall only by a
 * success, nobody's required factor goes but by a reset. @returns a check to call after every step
 */
export function makeWatch() {
  const apps = new Map<string, { secret: string; lastStep: number }>()
  const usedCodes = new Set<string>()

  return function watch(before: State, after: State, sent: Sent[]): string[] {
    const broken: string[] = []
    for (const [id, account] of Object.entries(after.accounts)) {
      const { username, app } = account
      const earlier = before.accounts[id] as Account
      const seen = app && apps.get(app.id)
      if (app && seen && seen.lastStep > app.lastStep) broken.push(`I7 the last step of ${username} fell`)
      if (app && seen && seen.secret !== app.secret) broken.push(`the secret of ${username} changed under their app`)
      if (app) apps.set(app.id, app)

      for (const [code, isUsed] of Object.entries({ ...account.live?.codes, ...account.waiting?.codes })) {
        if (usedCodes.has(code) && !isUsed) broken.push(`I7 a used recovery code of ${username} is good again`)
        if (isUsed) usedCodes.add(code)
      }
      const succeeded = sent.filter(({ code }) => code === 'ok').map(({ request: { action } }) => action)
      if (account.failures < earlier.failures && !succeeded.some(({ do: what }) => FORGIVING.has(what)))
        broken.push(`I7 the failures of ${username} fell from ${earlier.failures} to ${account.failures}`)

      const wasRequired = isRequired(before, earlier) && isRequired(after, account)
      if (earlier.app && !app && wasRequired && !succeeded.some(({ do: what }) => RESETTING.has(what)))
        broken.push(`the second factor of ${username} went although it is required`)
    }
    return broken
  }
}

const FORGIVING = new Set([
  'second-factor',
  'step-up',
  'reset-secret',
  'deactivate',
  'set-up-later',
  'cancel-set-up',
  'change-person',
])
const RESETTING = new Set(['reset-secret', 'change-person'])
