import { expect, test } from 'vitest'
import { clientOf } from '../databricks/client-of.ts'
import { databricksConfig, databricksPlace } from './databricks-world.ts'
import { deliveryOf } from './world.ts'

const SHARE = 'kadoa_acme'

test('recipients read of each table what it is, and again where somebody wrote something else in Databricks', async () => {
  const place = databricksPlace()
  await place.open().provision(databricksConfig())
  await place.open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 2 }))
  const { shares } = clientOf(place.fake)
  const commentsOf = async () => new Map((await shares.get(SHARE)).objects.map((each) => [each.name, each.comment]))
  const marker = (await shares.get(SHARE)).comment
  const before = await commentsOf()
  expect([...before.values()]).toContain(
    'The rows of all runs that were published with version 1 of the schema of the workflow.',
  )
  expect([...before.values()]).not.toContain(undefined)
  const changed = [...before.keys()].filter((name) => /wf_shop|workflow_runs/.test(name))
  await shares.update(
    SHARE,
    changed.map((table) => ({ action: 'UPDATE', table, comment: 'draft' })),
  )
  place.fake.calls.splice(0)
  const found = await place.open().reconcile()
  expect(found.map(({ drift, mended }) => [drift, mended])).toEqual(changed.map(() => ['comment', true]))
  expect(await commentsOf()).toEqual(before)
  const patches = place.fake.calls.filter(({ method, path }) => method === 'PATCH' && path === `shares/${SHARE}`)
  expect(patches).toHaveLength(1)
  expect((await shares.get(SHARE)).comment).toBe(marker)
  expect(await place.open().reconcile()).toEqual([])
})
