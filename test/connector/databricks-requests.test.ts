import { expect, test } from 'vitest'
import { databricksConfig, databricksPlace } from './databricks-world.ts'
import { deliveryOf } from './world.ts'

test('a publication that brings no new table asks Unity Catalog seven times, and changes nothing there', async () => {
  const place = databricksPlace()
  await place.open().provision(databricksConfig())
  await place.open().publish(deliveryOf({ runId: 'r1', day: 1, rows: 2 }))
  place.fake.calls.splice(0)
  await place.open().publish(deliveryOf({ runId: 'r2', day: 2, rows: 2 }))
  const share = 'GET shares/kadoa_acme?include_shared_data=true'
  const readers = ['GET shares/kadoa_acme/permissions?max_results=0', 'GET recipients/kadoa_acme']
  const asked = place.fake.calls.map(({ method, path }) => `${method} ${path}`)
  // When it is staged, under the lease, and at the end.
  expect(asked).toEqual([share, ...readers, share, ...readers, share])
})
