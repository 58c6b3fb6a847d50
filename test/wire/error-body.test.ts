import { describe, expect, test } from 'vitest'
import { formatErrorBody, parseErrorAnswer, wireError } from '../../src/wire/index.ts'

describe('an error on the wire', () => {
  test.each([
    'invalid-argument',
    'malformed-request',
    'unauthenticated',
    'permission-denied',
    'not-found',
    'unsupported',
    'rate-limited',
    'unavailable',
  ] as const)('%s arrives as what it was', (code) => {
    const { status, errorCode } = wireError(code)
    const arrived = parseErrorAnswer('asking', status, formatErrorBody({ errorCode, message: 'why' }))
    expect(arrived).toMatchObject({ code, message: `asking failed: the server answered ${status} ${errorCode}: why` })
  })

  test('is understood from other servers too', () => {
    expect(parseErrorAnswer('asking', 404, '{"error_code":"X","message":"why"}').message).toContain('404 X: why')
    expect(parseErrorAnswer('asking', 400, '{"errorCode":"DS_UNSUPPORTED_FEATURES"}').code).toBe('unsupported')
    expect(parseErrorAnswer('asking', 403, '<Error/>')).toMatchObject({
      code: 'permission-denied',
      message: 'asking failed: the server answered 403',
    })
    expect(parseErrorAnswer('asking', 429, '', 7).details).toEqual({ retryAfter: 7 })
  })
})
