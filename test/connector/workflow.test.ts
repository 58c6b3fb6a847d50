import { expect, test } from 'vitest'
import { parseWorkflow } from '../../src/connector/index.ts'

test('a workflow is taken as the API gives it', () => {
  const given = { id: 'wf1', name: 'Shop', description: null, tags: ['a'], state: 'SOMETHING_NEW', createdAt: 0 }
  expect(parseWorkflow({ ...given, displayState: 'RUNNING', schedules: [] })).toEqual({
    ...given,
    createdAt: '1970-01-01T00:00:00.000000Z',
  })
})

test('what does not fit is named by its path, all at once', () => {
  expect(() => parseWorkflow({ id: '', name: 'x', tags: ['a', 5], isRealTime: 'yes' })).toThrow(
    expect.objectContaining({
      code: 'invalid-argument',
      message: expect.stringMatching(/^the workflow cannot be taken: id: .+; tags\[1\]: .+; isRealTime: /),
    }),
  )
})

test('of many faults the first five are named', () => {
  expect(() => parseWorkflow({ id: 'a', name: 'x', tags: [1, 2, 3, 4, 5, 6, 7] })).toThrow(
    /tags\[4\].*; and 2 more; correct it/,
  )
})
