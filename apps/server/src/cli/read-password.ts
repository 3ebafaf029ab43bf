import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CliError } from './cli-error.ts'

/**
 * A new password: asked for twice and unseen at a terminal, or the first line of standard input. Never an argument,
 * which every other program of the machine could read.
 */
export async function readPassword(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine()
  const password = await ask(`${prompt}: `)
  if (password !== (await ask('Once more: '))) throw new CliError('The two are not the same. Nothing was changed.')
  return password
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) return line
  throw new CliError('No password came on standard input. Nothing was changed.')
}

async function ask(question: string): Promise<string> {
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true })
  process.stderr.write(question)
  try {
    return await terminal.question('')
  } catch {
    throw new CliError('No password was typed. Nothing was changed.')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
