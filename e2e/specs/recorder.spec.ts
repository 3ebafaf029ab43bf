import { expect, test } from '@playwright/test'
import { type Exchange, makeRecorder } from '../fixtures/recorder.ts'

/** A document with one operation, which answers with what it was sent. */
const note = {
  type: 'object',
  properties: { text: { type: 'string' }, at: { type: 'string', format: 'date-time' } },
  required: ['text', 'at'],
}
const content = { 'application/json': { schema: note } }
const document = {
  servers: [{ url: 'http://localhost/api/v1' }],
  paths: {
    '/notes/{id}': {
      put: {
        operationId: 'putNote',
        parameters: [{ name: 'quietly', in: 'query', schema: { type: 'boolean' } }],
        requestBody: { content },
        responses: { 200: { content }, 204: {} },
      },
    },
  },
}

const body = JSON.stringify({ text: 'a', at: '2026-11-21T09:30:00Z' })
const message = { type: 'application/json; charset=utf-8', body }
const good: Exchange = {
  method: 'PUT',
  path: '/api/v1/notes/1?quietly=true',
  status: 200,
  request: message,
  answer: message,
}

function complaintsAbout(changes: Partial<Exchange>) {
  const recorder = makeRecorder()
  recorder.learn(document)
  recorder.note({ ...good, ...changes })
  return { complaints: recorder.takeComplaints(), calls: recorder.takeCalls() }
}

test('the recorder is content with what the document describes, and counts it', () => {
  expect(complaintsAbout({})).toEqual({ complaints: [], calls: { putNote: 1 } })
})

const nothing = { type: undefined, body: '' }
const undescribed: [string, Partial<Exchange>, RegExp][] = [
  ['a path', { path: '/api/v1/notes' }, /no operation/],
  ['a method', { method: 'POST' }, /no operation/],
  ['a status', { status: 201 }, /status/],
  ['a type', { answer: { ...message, type: 'text/plain' } }, /text\/plain/],
  ['a missing member', { answer: { ...message, body: '{"text":"a"}' } }, /at/],
  ['a member too many', { answer: { ...message, body: body.replace('{', '{"secret":1,') } }, /secret/],
  ['a wrong format', { answer: { ...message, body: '{"text":"a","at":"today"}' } }, /date-time/],
  ['half a JSON text', { answer: { ...message, body: '{' } }, /must be object/],
  ['a body after 204', { status: 204 }, /none is described/],
  ['a body that was taken', { request: { ...message, body: body.replace('"a"', '1') } }, /of the body/],
  ['a query that was taken', { path: '/api/v1/notes/1?loudly=true' }, /loudly/],
  ['a value in a query', { path: '/api/v1/notes/1?quietly=maybe' }, /quietly/],
  ['a download', { method: 'GET', path: '/downloads/users?token=x' }, /no operation/],
]
for (const [what, changes, reason] of undescribed)
  test(`the recorder notices ${what} the document does not describe`, () => {
    expect(complaintsAbout(changes).complaints).toEqual([expect.stringMatching(reason)])
  })

test('the recorder lets a server refuse what the document does not describe', () => {
  for (const status of [404, 405])
    expect(complaintsAbout({ path: '/api/v1/nothing', status, request: nothing }).complaints).toEqual([])
})
