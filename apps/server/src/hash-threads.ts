import { argon2 } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets the threads that hash give way to the one that answers requests. Without it, a request that takes a third of
 * a millisecond waits a whole time slice, several milliseconds, behind a hash whenever people sign in.
 *
 * On Linux a priority belongs to a thread; Node's pool threads are found by the name libuv gives them, after a small
 * hash has made it start them. Elsewhere, or where the names change, nothing happens and hashing works all the same.
 */
export function lowerHashThreads(): Promise<void> {
  return new Promise((done) => {
    const least = { message: '', nonce: Buffer.alloc(16), parallelism: 1, tagLength: 16, memory: 8, passes: 1 }
    argon2('argon2id', least, () => {
      for (const thread of poolThreads()) lower(thread)
      done()
    })
  })
}

/** A tenth of the weight of an ordinary thread: let past at once, and still not starved on a busy machine. */
const NICENESS = 10

function poolThreads(): number[] {
  try {
    const tasks = '/proc/self/task'
    return readdirSync(tasks)
      .filter((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').startsWith('libuv-worker'))
      .map(Number)
  } catch {
    return []
  }
}

function lower(thread: number) {
  try {
    setPriority(thread, NICENESS)
  } catch {
    // Not ours to change: the operator has decided otherwise
  }
}
