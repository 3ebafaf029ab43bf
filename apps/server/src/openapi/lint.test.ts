import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { makeDocument } from './document.ts'

const config = await createConfig({
  extends: ['recommended-strict'],
  // what makes the page good to read and is not among the recommended
  rules: {
    'operation-description': 'error',
    'operation-singular-tag': 'error',
    'operation-tag-defined': 'error',
    'tag-description': 'error',
    'no-invalid-schema-examples': 'error',
    'no-required-schema-properties-undefined': 'error',
  },
})

async function findings(document: object) {
  const found = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config })
  return found.map(({ ruleId, message, location: [where] }) => `${ruleId} ${where?.pointer}: ${message}`)
}

test('the document passes a public linter', async () => {
  const document = makeDocument('https://account.example.org')
  expect(await findings(document)).toEqual([])

  const broken = { ...document, info: { ...document.info, license: undefined }, tags: [] }
  expect((await findings(broken)).join()).toMatch(/info-license.*operation-tag-defined/)
})
