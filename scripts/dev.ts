/** Both halves with hot reload: the server starts again when its code changes, the browser app changes in place. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { node, root } from './bootstrap.mjs'

const page = 'http://localhost:5173'
const halves = [
  // people come in through the development server, so that is the address the server answers for
  spawn(node, ['--watch', '--watch-preserve-output', 'apps/server/src/main.ts'], {
    cwd: root,
    stdio: 'inherit',
    env: { PUBLIC_URL: page, ...process.env },
  }),
  spawn(node, ['node_modules/vite/bin/vite.js', '--port', '5173', '--strictPort'], {
    cwd: join(root, 'apps/web'),
    stdio: 'inherit',
  }),
]

let isStopping = false
const stop = () => {
  isStopping = true
  for (const half of halves) half.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
for (const half of halves) {
  half.once('exit', (code) => {
    // the first half to end by itself says how it went and takes the other one along
    if (!isStopping) process.exitCode = code ?? 1
    stop()
  })
}
