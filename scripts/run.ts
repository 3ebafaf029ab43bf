import { spawn } from 'node:child_process'
import { root } from './bootstrap.mjs'

/** Runs a program of the workspace to its end with its output on the screen. */
export function run(command: readonly [string, ...string[]], environment: Record<string, string> = {}, folder = root) {
  const [program, ...rest] = command
  return new Promise<boolean>((resolve) => {
    const child = spawn(program, rest, { cwd: folder, env: { ...process.env, ...environment }, stdio: 'inherit' })
    child.once('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`)
      resolve(false)
    })
    // a terminal sends ctrl-c to every program in the foreground, whoever else stops us does not
    const pass = (signal: NodeJS.Signals) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    process.on('SIGINT', pass).on('SIGTERM', pass)
    child.once('exit', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass)
      resolve(code === 0)
    })
  })
}

/** Runs a program quietly and hands over what it printed. */
export function capture(command: readonly [string, ...string[]], folder = root) {
  const [program, ...rest] = command
  return new Promise<{ ok: boolean; out: string; all: string }>((resolve) => {
    const child = spawn(program, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let all = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      all += chunk
    })
    child.stderr.on('data', (chunk) => {
      all += chunk
    })
    child.once('error', (error) => resolve({ ok: false, out, all: `${all}${error.message}\n` }))
    child.once('close', (code) => resolve({ ok: code === 0, out, all }))
  })
}

/** What begins now, where several things follow each other on one screen. */
export function title(text: string) {
  console.log(`\n── ${text}`)
}
