import { expect, test } from 'vitest'
import { deepLog, requestsOnDeepLog } from '../bench/deep-log.ts'

const COMMITS = ['GET', 'GET', 'GET']
/** The newest checkpoint in one request, and the commits after it. */
const CONTENT = ['GET', ...COMMITS]
const appended = ['PUT']

test.each([
  [10, ['LIST', ...CONTENT]],
  [100, ['LIST', ...CONTENT]],
  // More files than a page of a listing has: the hint says where to go on.
  [1000, ['LIST', 'GET', 'LIST', ...CONTENT]],
  [10_000, ['LIST', 'GET', 'LIST', ...CONTENT]],
])('a table of %d versions costs the same requests as any other to open, and to append to', async (versions, open) => {
  expect(await requestsOnDeepLog(await deepLog(versions))).toEqual({
    open,
    firstAppend: appended,
    secondAppend: appended,
    refresh: ['LIST'],
  })
})
