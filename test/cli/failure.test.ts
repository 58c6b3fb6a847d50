import { expect, test } from 'vitest'
import { failure, formatFailure, formatFailureJson } from '../../src/cli/failure.ts'
import { DeltaError } from '../../src/errors.ts'

const lost = new DeltaError('commit-unknown', 'the answer was lost', {
  token: 'abc',
  cause: new Error('socket closed'),
})

test('in JSON a failure is one object with code, message and details', () => {
  expect(JSON.parse(formatFailureJson(lost))).toEqual({
    error: { code: 'commit-unknown', message: 'the answer was lost', token: 'abc' },
  })
})

test('for people there is no stack', () => {
  expect(formatFailure(lost, { debug: false })).toBe('error: the answer was lost\ntoken: abc')
})

test('what was held back says whose move it is, and every problem beyond that of the message', () => {
  const problem = (check: string, action: 'block' | 'warn') => ({
    check,
    action,
    message: `${check} found`,
    remedy: 'look',
    blame: 'kadoa' as const,
  })
  const problems = [problem('minRowRatio', 'block'), problem('clock', 'block'), problem('onEmptyRun', 'warn')]
  const held = new DeltaError('invalid-argument', 'minRowRatio found; look', { blame: 'kadoa', problems })
  expect(formatFailure(held, { debug: false }).split('\n')).toEqual([
    'error: minRowRatio found; look',
    'whose move it is: kadoa',
    'blocked by clock: clock found; look (kadoa)',
    'warned by onEmptyRun: onEmptyRun found; look (kadoa)',
  ])
})

test('on demand the stacks of all causes are shown', () => {
  const text = formatFailure(lost, { debug: true })
  expect(text).toContain('failure.test.ts')
  expect(text).toContain('caused by: Error: socket closed')
})

test('what is no error of ours is a bug, and says so', () => {
  const error = failure(new TypeError('x is not a function'))
  expect(error.code).toBe('internal')
  expect(formatFailure(error, { debug: false })).toContain('This is a bug: please report it')
})
