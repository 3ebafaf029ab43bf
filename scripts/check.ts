/** Everything that can be said about the code without running it. */
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './bootstrap.mjs'
import { licences } from './licences.ts'
import { capture } from './run.ts'

type Step = { name: string; run(): Promise<{ ok: boolean; all: string }> }

const bin = (name: string) => join(root, 'node_modules/.bin', name)
const folders = [
  ...globSync('{apps,packages}/*/package.json', { cwd: root }),
  ...globSync('{e2e,bench}/package.json', { cwd: root }),
].map(dirname)

const steps: Step[] = [
  { name: 'lint and format', run: () => capture([bin('biome'), 'check', '--error-on-warnings']) },
  ...[...folders, 'scripts'].map((folder) => ({ name: `types of ${folder}`, run: () => types(folder) })),
  {
    name: 'unused code and dependencies',
    run: () => capture([bin('knip'), '--no-progress', '--treat-config-hints-as-errors']),
  },
  { name: 'import directions', run: () => capture([bin('depcruise'), 'apps', 'packages', 'e2e']) },
  { name: 'licences of what ships', run: licences },
]

async function types(folder: string) {
  if (!existsSync(join(root, folder, 'tsconfig.json'))) return { ok: false, all: `${folder} has no tsconfig.json\n` }
  return capture([bin('tsc'), '-p', folder, '--pretty', 'false'])
}

let failed = 0
const waiting = [...steps]
async function work() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const { ok, all } = await step.run()
    console.log(`${ok ? '✓' : '✗'} ${step.name}`)
    if (ok) continue
    failed++
    console.log(all)
  }
}
await Promise.all([work(), work()])

console.log(failed ? `check: ${failed} of ${steps.length} steps failed` : `check: all ${steps.length} steps are good`)
process.exitCode = failed ? 1 : 0
