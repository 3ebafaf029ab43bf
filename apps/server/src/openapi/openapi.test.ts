import { readdirSync, readFileSync } from 'node:fs'
import { endpoints } from '@latchkey/contract/all'
import { apiBase } from '@latchkey/contract/endpoint'
import { problems } from '@latchkey/contract/problem'
import { describe, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import { makeDocument, problemsOf } from './document.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
const document = JSON.parse(JSON.stringify(makeDocument('https://account.example.org'))) as {
  openapi: string
  info: { title: string; version: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Json>
    securitySchemes: Record<string, { type: string; in: string; name: string }>
  }
}
type Operation = {
  operationId: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema: Json }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Json }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

/** Every object inside a JSON value. */
const walk = (value: Json): { [name: string]: Json }[] =>
  typeof value !== 'object' || value === null
    ? []
    : Array.isArray(value)
      ? value.flatMap(walk)
      : [value, ...Object.values(value).flatMap(walk)]

describe('the OpenAPI document', () => {
  test('is 3.1 with everything section 4.8 requires', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    expect(document.info).toMatchObject({ title: 'Latchkey', version: expect.any(String) })
    expect(document.servers).toEqual([{ url: `https://account.example.org${apiBase}` }])
    expect(
      Object.keys(document).every((key) => ['openapi', 'info', 'servers', 'tags', 'paths', 'components'].includes(key)),
    ).toBe(true)
  })

  test('lists exactly the endpoints of the contract, each once', () => {
    const declared = endpoints.map(
      ({ name, endpoint }) => `${name} ${endpoint.method} ${endpoint.path.replace(/:(\w+)/g, '{$1}')}`,
    )
    const listed = operations.map(
      ({ path, method, operation }) => `${operation.operationId} ${method.toUpperCase()} ${path}`,
    )
    expect(listed.sort()).toEqual(declared.sort())
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
  })

  test('says of every moment that it travels as a date-time string', () => {
    const moments: [string, Json][] = []
    JSON.stringify(document.paths, (name, value) => {
      if (name === 'example') return undefined
      if (/(At|since|Since)$/.test(name)) moments.push([name, value])
      return value
    })
    expect(moments.length).toBeGreaterThan(8)
    for (const [name, schema] of moments)
      expect(JSON.stringify(schema), name).toMatch(/"type":"string".*"format":"date-time"/)
  })

  test('describes every parameter of a path, a query and a header and no other', () => {
    for (const { name, endpoint } of endpoints) {
      const { path = '', operation } = operations.find((one) => one.operation.operationId === name) ?? {}
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true }))
      const shape = (endpoint.query as z.ZodMiniObject | undefined)?.def.shape ?? {}
      const inQuery = Object.entries(shape).map(([name, schema]) => {
        const isOptional = (schema as z.ZodMiniType).safeParse(undefined).success
        return { name, in: 'query', ...(!isOptional && { required: true }) }
      })
      const inHeader = endpoint.versioned && endpoint.method !== 'GET' ? [{ name: 'If-Match', in: 'header' }] : []
      const expected = [...inPath, ...inQuery, ...inHeader]
      expect(operation?.parameters ?? []).toMatchObject(expected)
      const required = operation?.parameters?.filter((parameter) => parameter.required) ?? []
      expect(required.length).toBe(expected.filter((parameter) => 'required' in parameter).length)
    }
  })

  test('leaves no reference open and names no security scheme it does not describe', () => {
    for (const object of walk(document as unknown as Json)) {
      const target = object['$ref']
      if (typeof target !== 'string') continue
      const found = target
        .slice(2)
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document)
      expect(found, target).toBeDefined()
    }
    for (const { operation } of operations)
      for (const scheme of operation.security.flatMap(Object.keys))
        expect(document.components.securitySchemes).toHaveProperty(scheme)
  })

  test('gives every response a description and a status of HTTP, and every failure the problem schema', () => {
    for (const { operation } of operations)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(response.description).not.toBe('')
        if (Number(status) < 400) continue
        expect(Object.keys(response.content ?? {}).filter((type) => type !== 'text/html')).toEqual([
          'application/problem+json',
        ])
        expect(response.content?.['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' })
      }
  })

  test('AD-06 closes every object that is sent, so that an unknown member is refused', () => {
    for (const { operation } of operations)
      for (const object of walk(operation.requestBody?.content['application/json']?.schema ?? null))
        if (object['type'] === 'object') expect(object).toMatchObject({ additionalProperties: false })
  })

  test('says which credential each operation takes', () => {
    for (const { name, endpoint } of endpoints) {
      const { operation } = operations.find((one) => one.operation.operationId === name) ?? {}
      const schemes = { half: 'half-signed-in', cookie: 'session', key: 'api-key', basic: 'api-password' }
      const taken = endpoint.callers === 'anybody' ? [] : endpoint.callers.map((one) => ({ [schemes[one]]: [] }))
      expect(operation?.security).toEqual(taken)
    }
  })

  test('lists for each operation exactly the statuses of the problems it can end in', () => {
    for (const { name, endpoint } of endpoints) {
      const { operation } = operations.find((one) => one.operation.operationId === name) ?? {}
      const failures = Object.keys(operation?.responses ?? {})
        .map(Number)
        .filter((status) => status >= 400)
      expect(failures.sort()).toEqual([...new Set(problemsOf(endpoint).map((code) => problems[code].status))].sort())
    }
  })
})

describe('problems', () => {
  const sourceBelow = (folder: URL) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|^testing\//.test(name))
      .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
  const serverSource = sourceBelow(new URL('../', import.meta.url))
  /** whose verdicts the server throws as they are */
  const rules = sourceBelow(new URL('../../../../packages/auth-core/src/', import.meta.url))

  test('that are declared are thrown somewhere, and that are thrown are declared', () => {
    const mentioned = new Set(
      [...serverSource, ...rules]
        .filter(({ name }) => !name.startsWith('openapi/'))
        .flatMap(({ text }) => [...text.matchAll(/'([a-z]+(?:-[a-z]+)+|forbidden|unexpected|busy)'/g)])
        .map(([, code]) => code),
    )
    const unused = Object.keys(problems).filter((code) => !mentioned.has(code))
    expect(unused).toEqual([])
    const thrown = serverSource.flatMap(({ text }) =>
      [...text.matchAll(/new Problem\('([\w-]+)'/g)].map(([, code]) => String(code)),
    )
    for (const code of thrown) expect(problems).toHaveProperty(code)
  })

  test('of a feature are listed by at least one of its operations', () => {
    for (const feature of new Set(endpoints.map((one) => one.feature))) {
      const thrown = serverSource
        .filter(({ name }) => name.startsWith(`${feature}/`))
        .flatMap(({ text }) => [...text.matchAll(/new Problem\('([\w-]+)'/g)].map(([, code]) => String(code)))
      const listed = endpoints.flatMap(({ endpoint }) => problemsOf(endpoint) as string[])
      for (const code of thrown) expect([feature, code, listed.includes(code)]).toEqual([feature, code, true])
    }
  })
})
