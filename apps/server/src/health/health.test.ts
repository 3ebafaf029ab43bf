import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('health on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const ask = async (url: string, path: string) => {
    const response = await fetch(url + path)
    const { status: word, code } = (await response.json()) as { status: string; code?: string }
    return [response.status, code ?? word]
  }

  test('CF-04 a server that can work is up and ready', async () => {
    expect(await ask(w.url, '/healthz')).toEqual([200, 'up'])
    expect(await ask(w.url, '/readyz')).toEqual([200, 'ready'])
  })

  test.each([
    { ahead: 5_000, answer: [200, 'ready'] },
    { ahead: -4_500, answer: [200, 'ready'] },
    { ahead: 6_000, answer: [503, 'busy'] },
    { ahead: -120_000, answer: [503, 'busy'] },
  ])('CC-05 a clock $ahead ms from the database’s: $answer', async ({ ahead, answer }) => {
    const wrong = await w.second({ now: () => Date.now() - ahead + Math.sign(ahead) * 100 })
    expect(await ask(wrong.url, '/readyz')).toEqual(answer)
    expect(await ask(wrong.url, '/healthz')).toEqual([200, 'up'])
  })

  test('DB-03 a server whose database was migrated past it is up and not ready', async () => {
    const older = await w.second({ db: { ...w.db, isCurrent: async () => false } })
    expect(await ask(older.url, '/readyz')).toEqual([503, 'busy'])
    expect(await ask(older.url, '/healthz')).toEqual([200, 'up'])
  })

  test('a database that fails is not ready, and says no more than that', async () => {
    const broken = await w.second({ db: { ...w.db, isCurrent: () => Promise.reject(new Error('c4nary')) } })
    const response = await fetch(`${broken.url}/readyz`)
    expect(response.status).toBeGreaterThanOrEqual(500)
    expect(await response.text()).not.toContain('c4nary')
  })
})
