import { describe, expect, test } from 'vitest'
import { parseErrorAnswer } from '../../src/databricks/error-answer.ts'

const TOKEN = 'dapi-secret'
const parse = (status: number, body: unknown = '', retryAfter?: number) =>
  parseErrorAnswer(
    'reading share x',
    { status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter },
    [TOKEN],
  )

test.each([
  // The codes that Databricks documents, under a status that alone would say something else.
  ['SHARE_DOES_NOT_EXIST', 'not-found'],
  ['RECIPIENT_DOES_NOT_EXIST', 'not-found'],
  ['CATALOG_DOES_NOT_EXIST', 'not-found'],
  ['TABLE_NOT_FOUND', 'not-found'],
  ['SHARE_ALREADY_EXISTS', 'already-exists'],
  ['RESOURCE_ALREADY_EXISTS', 'already-exists'],
  ['PERMISSION_DENIED', 'permission-denied'],
  ['INVALID_PARAMETER_VALUE', 'invalid-argument'],
  ['FEATURE_DISABLED', 'unsupported'],
  ['INVALID_STATE', 'invalid-argument'],
  ['constructor', 'invalid-argument'],
])('%s means %s', (error_code, code) => {
  expect(parse(400, { error_code, message: 'no' })).toMatchObject({ code })
})

test.each([
  [401, 'unauthenticated'],
  [403, 'permission-denied'],
  [404, 'not-found'],
  [409, 'conflict'],
  [429, 'rate-limited'],
  [499, 'invalid-argument'],
  [500, 'unavailable'],
  [501, 'unsupported'],
  [504, 'unavailable'],
] as const)('without a code, status %i means %s', (status, code) => {
  expect(parse(status)).toMatchObject({ code, message: expect.stringContaining(`Databricks answered ${status}`) })
})

test.each([
  [{ error_code: 'INVALID_STATE', message: 'no longer assigned' }, 'INVALID_STATE: no longer assigned'],
  [{ error: 'an older form' }, 'an older form'],
  ['INVALID_STATE: as text\nof two lines', 'INVALID_STATE: as text of two lines'],
  ['<html><pre>from a gateway</pre></html>', 'from a gateway'],
  [{ error_code: 7, message: 'odd' }, 'odd'],
])('the body %j is understood', (body, said) => {
  expect(parse(400, body).message).toBe(`reading share x failed: Databricks answered 400 ${said}`)
})

test.each(['', '[]', 'null', '{', '<html>'])('the body %j says nothing, and does no harm', (body) => {
  expect(parse(400, body).message).toBe('reading share x failed: Databricks answered 400')
})

describe('what opens doors is taken out of a message', () => {
  test.each([
    ['a token', `token ${TOKEN} is bad`, 'token <token> is bad'],
    ['an activation link', 'see https://h/data_sharing_activation/abc', 'see https://h/data_sharing_activation/<link>'],
    ['the query of a URL', 'see https://h/config.html?abc, now', 'see https://h/config.html now'],
  ])('%s', (_, message, said) => {
    expect(parse(400, { message }).message).toBe(`reading share x failed: Databricks answered 400 ${said}`)
  })
})

test('a message of any length is cut', () => {
  expect(parse(400, { message: 'x'.repeat(5000) }).message.length).toBeLessThan(1100)
})
