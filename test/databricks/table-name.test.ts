import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  catalogTableName,
  familyOf,
  firstName,
  isRegisteredByUs,
  numberedName,
  numberOf,
} from '../../src/databricks/table-name.ts'

/** Characters that a name of Unity Catalog may have. */
const MOST = 255
/** As the plane takes them. */
const name = fc.stringMatching(/^[A-Za-z0-9_]{1,200}$/)
const location = fc.stringMatching(/^[a-z]{3,9}$/).map((folder) => `s3://bucket/tables/${folder}`)
const number = fc.integer({ min: 1, max: 999_999_999 })

describe('the name of a table in Unity Catalog', () => {
  test('fits in there, in lower case, with a number too', () => {
    fc.assert(
      fc.property(name, location, number, (table, place, count) => {
        const registered = numberedName(catalogTableName(table, place), count)
        expect(registered.length).toBeLessThanOrEqual(MOST)
        expect(registered).toMatch(/^[a-z0-9_]+$/)
      }),
    )
  })

  test('tells the table, its first name and its number, whatever number it had before', () => {
    fc.assert(
      fc.property(name, location, number, number, (table, place, before, count) => {
        const first = catalogTableName(table, place)
        const registered = numberedName(numberedName(first, before), count)
        expect([familyOf(registered), firstName(registered), numberOf(registered)]).toEqual([
          table.toLowerCase(),
          first,
          count,
        ])
        expect(numberOf(first)).toBe(0)
      }),
    )
  })

  test('is ours where it tells the place at which the table lies, however that is spelled, and not elsewhere', () => {
    const registered = catalogTableName('ORDERS', 's3://bucket/orders')
    for (const place of ['s3://bucket/orders', 's3://bucket/orders/']) {
      expect(isRegisteredByUs({ name: registered, location: place })).toBe(true)
      expect(isRegisteredByUs({ name: numberedName(registered, 7), location: place })).toBe(true)
    }
    expect(isRegisteredByUs({ name: registered, location: 's3://bucket/others' })).toBe(false)
    for (const theirs of ['orders', 'orders__v1', 'orders__0123', `${registered}__x`]) {
      expect(isRegisteredByUs({ name: theirs, location: 's3://bucket/orders' })).toBe(false)
    }
  })
})
