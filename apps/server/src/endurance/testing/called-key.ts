import type { Line } from './line.ts'

/** An API key that is called with while it is taken away, and how far that has come. */
export type CalledKey = {
  readonly value: string
  /** where calls with it come from: wrong keys are counted by network */
  readonly address: string
  /** what is done with it; who is demoted goes on having a key, but not one that may do this */
  readonly does: 'read the account' | 'ask about others'
  /** what it is refused with afterwards */
  readonly refusal: 401 | 403
  /** `ending`: that it ends is on its way, and a call may go either way */
  state: 'good' | 'ending' | 'ended'
  endedAt: number
  /** answers to calls that were sent after the end */
  refused: number
  /** answers before it */
  accepted: number
}

export const calledKey = (
  value: string,
  address: string,
  { does = 'read the account', refusal = 401 }: Partial<Pick<CalledKey, 'does' | 'refusal'>> = {},
): CalledKey => ({ value, address, does, refusal, state: 'good', endedAt: 0, refused: 0, accepted: 0 })

/** @param end whatever ends it; when that is answered, the key must have ended everywhere */
export async function ending(key: CalledKey, end: () => Promise<unknown>) {
  key.state = 'ending'
  await end()
  key.endedAt = performance.now()
  key.state = 'ended'
}

/** What the right of each is called where another service asks about the key. */
const scopes = { 'read the account': 'account:read', 'ask about others': 'introspect' } as const

/**
 * Calls with keys, and judges every answer by what was known when its request was sent and when it came.
 * @param asking the key of a service that asks about the others
 */
export function makeCalls(asking: string) {
  const count = { calls: 0, accepted: 0, refused: 0, undecided: 0 }
  /** a sentence for every answer that should have been another one */
  const wrong: string[] = []
  /** accepted calls that were sent after the end: how many, and how long after it the latest, in milliseconds */
  const tooLate = { times: 0, latest: 0 }

  /** Does with a key what it is for, over this line. */
  const call = async (line: Line, key: CalledKey) => {
    const [method, path, form] =
      key.does === 'read the account'
        ? (['GET', '/account', undefined] as const)
        : (['POST', '/introspect', { token: asking }] as const)
    await judged(key, async () => {
      const { status } = await line.ask({ method, path, key: key.value, address: key.address, ...(form && { form }) })
      // 429 takes the place of 401 once there were too many wrong keys from there, which is told after looking, too
      const isOrderly = [200, key.refusal, 429].includes(status)
      return { isAccepted: status === 200, isOrderly, told: `${status}` }
    })
  }

  /** Lets the service ask whether a key is good for what it is for. */
  const askAbout = (line: Line, key: CalledKey) =>
    judged(key, async () => {
      const form = { token: key.value }
      const question = { method: 'POST', path: '/introspect', key: asking, address: key.address, form }
      const { status, body } = await line.ask(question)
      const isAccepted = body['active'] === true && `${body['scope']}`.split(' ').includes(scopes[key.does])
      return { isAccepted, isOrderly: status === 200, told: `${status} ${JSON.stringify(body)}` }
    })

  const judged = async (
    key: CalledKey,
    ask: () => Promise<{ isAccepted: boolean; isOrderly: boolean; told: string }>,
  ) => {
    const asSent = key.state
    const sentAt = performance.now()
    const { isAccepted, isOrderly, told } = await ask()
    const asAnswered = key.state
    count.calls++
    count[isAccepted ? 'accepted' : 'refused']++
    if (!isOrderly) wrong.push(`neither accepted nor refused in an orderly way: ${told}`)
    else if (asSent === 'ended' && isAccepted) {
      tooLate.times++
      tooLate.latest = Math.max(tooLate.latest, sentAt - key.endedAt)
      wrong.push(`accepted, sent ${(sentAt - key.endedAt).toFixed(2)} ms after the end: ${told}`)
    } else if (asAnswered === 'good' && !isAccepted) wrong.push(`refused while nothing had changed: ${told}`)
    if (asSent === 'ended') key.refused++
    else if (asAnswered === 'good') key.accepted++
    else count.undecided++
  }

  /** what was found, for whoever started the run */
  const told = () =>
    `${count.calls} calls, ${count.accepted} accepted, ${count.refused} refused, ${count.undecided} of them under way while ` +
    `their key ended; accepted though sent after the answer: ${tooLate.times}, latest ${tooLate.latest.toFixed(2)} ms after it`

  return { count, wrong, call, askAbout, told }
}
