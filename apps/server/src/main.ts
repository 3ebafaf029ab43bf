import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Before anything else is loaded: compiled code and stripped types are kept in the project's own folder (the default
// would be the machine's temporary one, where others may write), and the next start takes half the time.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/compile', import.meta.url)))

const { start } = await import('./start.ts')
await start()
