/**
 * What must be there before anything of ours can run: dependencies, the pinned Node, the built browser app.
 * Plain JavaScript without dependencies, because it runs on whatever Node (>= 20) a machine happens to have.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
/** The Node that everything of ours runs on: an npm package, so that every machine has the same one. */
export const node = join(root, 'node_modules/.bin/node')
const stamps = join(root, 'node_modules/.latchkey')
const environment = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }

/** Installs what the lockfile says, unless that is what is installed. */
export async function install() {
  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...workspaceManifests()]
  await onlyWhenChanged('install', manifests, existsSync(node), async () => {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const arguments_ = ['--yes', packageManager, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false']
    await step('Installing the dependencies', 'npx', arguments_)
  })
}

/** Builds what browsers load, unless what is built came from exactly these sources. */
export async function build() {
  const common = ['pnpm-lock.yaml', 'tsconfig.base.json', 'packages/ui', 'packages/contract']
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn']
  /** @type {(name: string, title: string, sources: string[]) => Promise<void>} */
  const buildApp = (name, title, sources) =>
    onlyWhenChanged(
      `build-${name}`,
      [`apps/${name}`, ...common, ...sources].flatMap(filesBelow),
      existsSync(join(root, `apps/${name}/dist/index.html`)),
      () => step(title, node, vite, `apps/${name}`),
    )
  await buildApp('web', 'Building the browser app', [])
  await buildApp('api-docs', 'Building the API documentation', ['apps/web/compress.ts'])
}

/**
 * Runs a program in the foreground and ends as it ends: signals go in, the exit code comes out.
 * @param {string} program
 * @param {string[]} arguments_
 */
export function becomes(program, arguments_) {
  const child = spawn(program, arguments_, { cwd: root, env: environment, stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // a terminal sends ctrl-c to the child as well
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  child.once('error', (error) => fail(`${program} could not be started: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGTERM']))
}

/**
 * @param {string} title
 * @param {string} program
 * @param {string[]} arguments_
 */
function step(title, program, arguments_, folder = '.') {
  console.log(`${title} …`)
  return new Promise((done) => {
    const child = spawn(program, arguments_, { cwd: join(root, folder), env: environment, stdio: 'inherit' })
    child.once('error', (error) => fail(`${title} failed: ${error.message}`))
    child.once('exit', (code, signal) =>
      code === 0 ? done(undefined) : fail(`${title} failed (${signal ?? `exit code ${code}`}), see above`),
    )
  })
}

/**
 * Does the work unless its result is there and the files it depends on are what they were the last time it succeeded.
 * @param {string} name
 * @param {string[]} files
 * @param {boolean} isThere
 * @param {() => Promise<unknown>} work
 */
async function onlyWhenChanged(name, files, isThere, work) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of files.sort())
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(root, file)))
      .update('\n')
  const now = hash.digest('hex')
  const stamp = join(stamps, name)
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return

  await work()
  mkdirSync(stamps, { recursive: true })
  writeFileSync(stamp, now)
}

const workspaceManifests = () =>
  ['apps', 'packages', '.']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`))
    .filter((manifest) => existsSync(join(root, manifest)))

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path))
    .filter((name) => name !== 'node_modules' && name !== 'dist' && !name.startsWith('.'))
    .flatMap((name) => filesBelow(`${path}/${name}`))
}

/** @param {string} message */
function fail(message) {
  console.error(`latchkey: ${message}`)
  process.exit(1)
}
