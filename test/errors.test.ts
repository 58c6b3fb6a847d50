import { expect, test } from 'vitest'
import { DeltaError, isDeltaError, messageOf, throwIfAborted } from '../src/errors.ts'

test('an error carries its code, its details and its cause', () => {
  const cause = new Error('socket closed')
  const error = new DeltaError('rate-limited', 'the store asked to slow down', { retryAfter: 3, cause })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'DeltaError', code: 'rate-limited', cause })
  expect(error.details).toEqual({ retryAfter: 3 })
  expect(error.message).toBe('the store asked to slow down')
})

test('an error without a cause has no such property', () => {
  expect(Object.hasOwn(new DeltaError('internal', 'x'), 'cause')).toBe(false)
})

test('a code can be asked for', () => {
  const error: unknown = new DeltaError('not-found', 'no table')
  expect(isDeltaError(error)).toBe(true)
  expect(isDeltaError(error, 'not-found')).toBe(true)
  expect(isDeltaError(error, 'conflict')).toBe(false)
  expect(isDeltaError(new Error('not-found'))).toBe(false)
})

test('anything thrown has a text', () => {
  expect(messageOf(new Error('boom'))).toBe('boom')
  expect(messageOf('boom')).toBe('boom')
  expect(messageOf(undefined)).toBe('undefined')
})

test("the caller's own signal stops the work, and says why", () => {
  const controller = new AbortController()
  expect(() => throwIfAborted(undefined)).not.toThrow()
  expect(() => throwIfAborted(controller.signal)).not.toThrow()
  controller.abort('enough')
  expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining({ code: 'aborted', cause: 'enough' }))
})
