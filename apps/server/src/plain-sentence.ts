import { isUnavailable } from '@latchkey/db/db'
import { SchemaTooNew } from '@latchkey/db/migrations'
import { ConfigError } from './config.ts'
import { describeError } from './log.ts'

/** What to tell an operator about an error that ends a program: a sentence, or what is known of it. */
export function plainSentence(error: unknown): string {
  if (error instanceof ConfigError || error instanceof SchemaTooNew) return error.message
  return sentenceFor(error as NodeJS.ErrnoException) ?? JSON.stringify(describeError(error))
}

/** What an operator can do about an error that has a code of its own. */
function sentenceFor(error: NodeJS.ErrnoException): string | undefined {
  if (error.syscall === 'listen' || error.syscall === 'getaddrinfo') {
    if (error.code === 'EADDRINUSE') return 'Another program already listens there. Choose another PORT.'
    if (error.code === 'EACCES') return 'PORT is one that only the system may use. Choose one above 1023.'
    return 'HOST must be an address of this machine, such as 127.0.0.1 or 0.0.0.0.'
  }
  if (error.code === 'SQLITE_NOTADB')
    return 'latchkey.db in the data folder is not a database. Restore it from a backup.'
  if (isUnavailable(error)) return 'The database that DATABASE_URL names does not answer.'
  return undefined
}
