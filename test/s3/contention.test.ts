import { expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { batchesIn, createShared, expectedBatches, work } from '../writers/crew.ts'
import { killWriters } from '../writers/killing.ts'
import { openBucket } from './minio.ts'

const WRITERS = 8
const COMMITS = 50

test(`${WRITERS} processes of ${COMMITS} commits each lose none and double none`, async () => {
  const location = `${await openBucket()}/contended`
  await createShared(location)
  const names = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`)
  const shifts = await Promise.all(names.map((name) => work({ location, name, from: 0, to: COMMITS })))
  const sent = shifts.map(({ acknowledged }) => [...acknowledged.values()].reduce((sum, times) => sum + times, 0))
  console.info(`commits sent by each of ${WRITERS} writers for ${COMMITS} that were made: ${sent.join(', ')}`)
  expect(shifts.map(({ acknowledged }) => acknowledged.size)).toEqual(names.map(() => COMMITS))
  expect(await batchesIn(location)).toEqual(expectedBatches(names, COMMITS))
  expect((await openTable(location)).version).toBe(WRITERS * COMMITS)
})

test('writers that are killed at any moment lose nothing, double nothing, and leave nothing torn', async () => {
  await killWriters(`${await openBucket()}/killed`, { writers: 3, batches: 16, kills: 2 })
})
