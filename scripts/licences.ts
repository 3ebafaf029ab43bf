import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'
import { capture } from './run.ts'

/** What may be in the product: nothing that asks anything of those who pass it on but to keep the notice. */
const allowed = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]

/** Every dependency that ships has a licence of the list. */
export async function licences() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string }
  const answer = await capture(['npx', '--yes', packageManager, 'licenses', 'list', '-r', '--prod', '--json'])
  if (!answer.ok) return answer

  const byLicence = JSON.parse(answer.out) as Record<string, { name: string }[]>
  if (Object.keys(byLicence).length === 0) return { ok: false, all: 'the list of dependencies is empty\n' }
  const refused = Object.entries(byLicence).filter(([licence]) => !isAllowed(licence))
  const all = refused
    .map(([licence, packages]) => `${licence}: ${packages.map(({ name }) => name).join(', ')}\n`)
    .join('')
  return { ok: refused.length === 0, all }
}

/** An SPDX expression: one side of an OR is enough, both sides of an AND are needed. */
const isAllowed = (expression: string) =>
  expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => allowed.includes(licence.trim())))
