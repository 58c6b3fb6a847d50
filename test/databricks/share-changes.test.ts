import { describe, expect, test } from 'vitest'
import type { SharedObject } from '../../src/databricks/index.ts'
import { ownTables, shareChanges } from '../../src/databricks/share-changes.ts'
import { catalogTableName } from '../../src/databricks/table-name.ts'

const place = { share: 'sales', schema: 'kadoa_prod.sales' }
const location = 's3://bucket/orders'
const entry = { schema: 'shop', name: 'ORDERS', id: 'id', location, version: 1, history: false, addedAt: '' }
const table = `kadoa_prod.sales.${catalogTableName('ORDERS', location)}`

const objectOf = (type: string, name: string): SharedObject => ({
  name,
  type,
  sharedAs: 'shop.ORDERS',
  comment: undefined,
  status: 'ACTIVE',
  history: false,
  changeFeed: false,
  isPartial: false,
  startVersion: undefined,
  addedAt: undefined,
})

describe.each(['VIEW', 'MATERIALIZED_VIEW', 'VOLUME', 'MODEL'])('a %s under the name of a table', (type) => {
  test.each([table, 'other.place.theirs'])(
    'is its owner’s to take out, and never taken out by the plane: %s',
    (name) => {
      const objects = [objectOf(type, name)]
      const remove = `ALTER SHARE \`sales\` REMOVE ${type.replace('_', ' ')} `
      expect(() => shareChanges(place, objects, [{ schema: 'shop', name: 'ORDERS', entry }])).toThrow(
        expect.objectContaining({
          code: 'already-exists',
          details: { blame: 'kadoa' },
          message: expect.stringContaining(`the owner of the share runs: ${remove}`),
        }),
      )
      expect(shareChanges(place, objects, [{ schema: 'shop', name: 'ORDERS', entry: undefined }])).toEqual([])
      expect(ownTables(place, objects)).toEqual([])
    },
  )
})

test('a table of the plane is its own to take out', () => {
  const objects = [objectOf('TABLE', table)]
  expect(shareChanges(place, objects, [{ schema: 'shop', name: 'ORDERS', entry: undefined }])).toEqual([
    { action: 'REMOVE', table },
  ])
})
