import { expect, test } from 'vitest'
import { quotes, redact } from '../../src/databricks/redact.ts'

test.each([
  ['the secret my-own is bad', 'the secret <token> is bad'],
  ['header Bearer abc.def-12345 refused', 'header Bearer <token> refused'],
  ['Basic YWJjOmRlZg== refused', 'Basic <token> refused'],
  ['token dapi0123456789abcdef0123456789abcdef-2 ended', 'token <token> ended'],
  ['jwt eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl ended', 'jwt <token> ended'],
  ['see https://h/a?X-Amz-Signature=1 now', 'see https://h/a now'],
  ['see data_sharing_activation_info/abc', 'see data_sharing_activation_info/<link>'],
  ['nothing to hide', 'nothing to hide'],
])('%s', (text, told) => {
  expect(redact(text, ['my-own'])).toBe(told)
})

test('a secret is found in what caused an error, however deep', () => {
  const deep = new Error('fetch failed', { cause: new Error('because', { cause: 'of my-own' }) })
  expect(quotes(deep, ['my-own'])).toBe(true)
  expect(quotes(deep, ['another'])).toBe(false)
})

test.each([
  ['its request', { request: { headers: { authorization: 'Bearer my-own' } } }],
  ['headers', { headers: new Headers({ authorization: 'Bearer my-own' }) }],
  ['several causes', { errors: [new Error('of my-own')] }],
])('a secret is found in an error that carries %s, and one that goes round in circles does no harm', (_, carried) => {
  const error = Object.assign(new Error('fetch failed'), carried)
  expect(quotes(error, ['my-own'])).toBe(true)
  expect(quotes(Object.assign(error, { cause: error }), ['another'])).toBe(false)
})
