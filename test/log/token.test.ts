import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCommitToken, parseCommitToken } from '../../src/log/token.ts'

const required = { version: fc.maxSafeNat(), txnId: fc.uuid(), tableId: fc.uuid() }
const txn = fc.record({ appId: fc.string({ unit: 'grapheme' }), version: fc.maxSafeNat() })

test('a token says what it was made from, in characters that are safe in a URL', () => {
  fc.assert(
    fc.property(fc.record({ ...required, file: fc.string({ unit: 'grapheme' }), txn }), (made) => {
      const token = formatCommitToken(made)
      expect(token).toMatch(/^[\w-]+$/)
      expect(parseCommitToken(token)).toEqual(made)
    }),
  )
})

test('a token keeps a transaction version beyond 2^53', () => {
  const made = { version: 1, txnId: 'x', tableId: 't', txn: { appId: 'a', version: 9007199254740993n } }
  expect(parseCommitToken(formatCommitToken(made))).toEqual(made)
})

test.each([
  '',
  'ü',
  '!!!!',
  btoa('{}'),
  btoa('{"version":1}'),
  btoa('{"version":-1.5,"txnId":"x","tableId":"t"}'),
  btoa('{"version":1,"txnId":"x"}'),
  btoa('[1]'),
])('the text %j is no token', (text) => {
  expect(() => parseCommitToken(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})
