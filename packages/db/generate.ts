/** Writes the next migration for both engines under one name: `pnpm generate add-api-keys`. */
import { execFileSync } from 'node:child_process'

const name = process.argv[2]
if (!name) throw new Error('Say what the migration does, in kebab-case: pnpm generate add-api-keys')
for (const engine of ['sqlite', 'postgres'])
  execFileSync('drizzle-kit', ['generate', '--config', `drizzle.${engine}.ts`, '--name', name], { stdio: 'inherit' })
