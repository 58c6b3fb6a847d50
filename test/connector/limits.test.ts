import { expect, test } from 'vitest'
import { limitUse } from '../../src/connector/limits.ts'
import { databricksConfig, databricksPlace } from './databricks-world.ts'
import { deliveryOf } from './world.ts'

const DAY = 86_400_000
const CHECKPOINT_INTERVAL = 10

const table = (name: string, files = 1, removedFiles = 0) => ({ name, files, removedFiles })

test.each([
  ['tables', 799, false],
  ['tables', 800, true],
  ['files', 319_999, false],
  ['files', 320_000, true],
  ['removedFiles', 79_999, false],
  ['removedFiles', 80_000, true],
] as const)('the limit of %s counts as near from 80 percent of it on: %i', (limit, used, isNear) => {
  const tables =
    limit === 'tables'
      ? Array.from({ length: used }, (_, index) => table(`T${index}`))
      : [table('A'), table('B', limit === 'files' ? used : 1, limit === 'removedFiles' ? used : 0)]
  const found = limitUse(tables).find((each) => each.limit === limit)
  expect(found).toMatchObject({ used, isNear })
})

test('a share that may show more, for Databricks has raised the limit, is as far from it as that says', () => {
  const tables = Array.from({ length: 1200 }, (_, index) => table(`T${index}`))
  expect(limitUse(tables)[0]).toMatchObject({ used: 1200, allowed: 1000, isNear: true })
  expect(limitUse(tables, 2000)[0]).toMatchObject({ used: 1200, allowed: 2000, isNear: false })
})

test('a limit of tables is told by the table that is nearest to it', () => {
  const uses = limitUse([table('A', 5, 9), table('B', 7, 2)])
  expect(uses.map(({ limit, table, used }) => [limit, table, used])).toEqual([
    ['tables', undefined, 2],
    ['files', 'B', 7],
    ['removedFiles', 'A', 9],
  ])
})

test('a latest table that is written anew each day has few files, and those that were removed in two days or since the last checkpoint', async () => {
  const place = databricksPlace()
  await place.open().provision(databricksConfig())
  await place.runtime.sleep(20 * DAY)
  for (let run = 0; run < 16; run++) {
    await place.open().publish(deliveryOf({ runId: `r${run}`, day: 1 + run, rows: 5 }))
    await place.runtime.sleep(DAY)
  }
  const { tables } = await place.open().status()
  const latest = tables.find(({ name }) => name === 'WF_SHOP__LATEST')
  expect(latest?.files).toBeLessThanOrEqual(4)
  expect(latest?.removedFiles).toBeLessThanOrEqual(2 + CHECKPOINT_INTERVAL)
})
