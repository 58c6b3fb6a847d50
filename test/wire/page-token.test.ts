import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPageToken, parsePageToken } from '../../src/wire/index.ts'

const KEY = 'key'
const scope = 'recipient\nshares'

describe('a page token', () => {
  test('says where to go on, for the list it came from, until it expires', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (listed, after, now) => {
        const token = formatPageToken(KEY, { scope: listed, after, expiresAt: now + 1 })
        expect(parsePageToken([KEY], token, { scope: listed, now })).toBe(after)
      }),
    )
  })

  test.each([
    ['of another list', formatPageToken(KEY, { scope: 'recipient\nschemas', after: 'a', expiresAt: 10 })],
    ['of another recipient', formatPageToken(KEY, { scope: 'other\nshares', after: 'a', expiresAt: 10 })],
    ['that has expired', formatPageToken(KEY, { scope, after: 'a', expiresAt: 5 })],
    ['signed with another key', formatPageToken('other', { scope, after: 'a', expiresAt: 10 })],
    ['that is none', 'abc'],
  ])('%s is refused, always in the same words', (_, token) => {
    expect(() => parsePageToken([KEY], token, { scope, now: 5 })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message:
          'invalid pageToken: expected the nextPageToken of an earlier page of this list; begin again without one',
      }),
    )
  })
})
