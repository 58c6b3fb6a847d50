import { expect, test } from 'vitest'
import { openWorld } from './world.ts'

const TABLE = '/shares/secret/schemas/shop/tables/orders'

test.each([
  ['GET', '/shares/secret'],
  ['GET', '/shares/secret/schemas'],
  ['GET', '/shares/secret/schemas/shop/tables'],
  ['GET', '/shares/secret/all-tables'],
  ['HEAD', TABLE],
  ['GET', `${TABLE}/version`],
  ['GET', `${TABLE}/version?startingTimestamp=2026-01-01T00:00:00Z`],
  ['GET', `${TABLE}/metadata`],
  ['POST', `${TABLE}/query`],
  ['GET', `${TABLE}/changes?startingVersion=0`],
  ['POST', `${TABLE}/temporary-table-credentials`],
])('%s %s is answered to who was granted nothing of it as if it were not there', async (method, path) => {
  const world = await openWorld()
  const [there, missing] = await Promise.all([
    world.ask(path, { method }),
    world.ask(path.replace('secret', 'absent'), { method }),
  ])
  expect([there.status, missing.status]).toEqual([404, 404])
  expect((await there.text()).replaceAll('secret', 'absent')).toBe(await missing.text())
  const headersOf = (answer: Response) => [...answer.headers].filter(([name]) => name !== 'x-request-id')
  expect(headersOf(there)).toEqual(headersOf(missing))
})
