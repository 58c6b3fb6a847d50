import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCommitToken, parseCommitToken } from '../../src/log/token.ts'

test('a token says what it was made from, in characters that are safe in a URL', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.uuid(), (version, txnId) => {
      const token = formatCommitToken({ version, txnId })
      expect(token).toMatch(/^[\w-]+$/)
      expect(parseCommitToken(token)).toEqual({ version, txnId })
    }),
  )
})

test.each(['', 'ü', '!!!!', btoa('{}'), btoa('{"version":1}'), btoa('{"version":-1.5,"txnId":"x"}'), btoa('[1]')])(
  'the text %j is no token',
  (text) => {
    expect(() => parseCommitToken(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  },
)
