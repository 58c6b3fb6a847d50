import { expect, test } from 'vitest'
import { s3Failure } from '../../../src/store/s3/failure.ts'

test('a name of several addresses at which nobody listens is told by the code that they share', () => {
  const refused = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:9000`))
  const error = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' })
  const { code, message } = s3Failure(error, 'reading key')
  expect({ code, message }).toEqual({
    code: 'unavailable',
    message: expect.stringContaining('reading key failed: nothing answers there (ECONNREFUSED): look whether'),
  })
})
