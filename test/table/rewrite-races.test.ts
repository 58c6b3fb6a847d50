import { describe, expect, test } from 'vitest'
import { openTable, type Table } from '../../src/index.ts'
import { keysOf } from '../keys-of.ts'
import { named, numbers, numbersIn } from './rewritten-tables.ts'

type Verb = (table: Table) => Promise<unknown>

/** Runs ours on a handle that has not seen theirs. */
async function race(ours: Verb, theirs: Verb, properties: Record<string, string> = {}) {
  const { table, settings, store } = await numbers(properties)
  const other = await openTable('memory://t', settings)
  await theirs(other)
  const before = await keysOf(store)
  const outcome = await ours(table).then(
    () => 'committed',
    (error) => error.details?.kind ?? error,
  )
  await table.settled()
  const left = (await keysOf(store)).filter((key) => !before.includes(key))
  await table.refresh()
  return { outcome, left, ids: await numbersIn(table), version: table.version }
}

const deleteTwo: Verb = (table) => table.delete({ where: { id: 2 } })
const updateTwo: Verb = (table) => table.update({ where: { id: 2 }, set: { name: 'x' } })
const mergeTwo: Verb = (table) => table.merge([named(2)], { on: ['id'] })
const overwriteTwo: Verb = (table) => table.overwrite([named(2)], { where: { id: 2 } })
const overwrite: Verb = (table) => table.overwrite([named(2)])
const all = [
  ['delete', deleteTwo],
  ['update', updateTwo],
  ['merge', mergeTwo],
  ['overwrite of some', overwriteTwo],
] as const

describe('a rewrite that lost a race', () => {
  test.each([...all, ['overwrite', overwrite] as const])(
    '%s conflicts with an append that it should have read',
    async (_, ours) => {
      const { outcome, left, version } = await race(ours, (table) => table.append([named(2)]))
      expect({ outcome, left, version }).toEqual({ outcome: 'concurrent-append', left: [], version: 3 })
    },
  )

  test.each(all)('%s goes on after an append that holds no such row', async (_, ours) => {
    const { outcome, ids } = await race(ours, (table) => table.append([named(20)]))
    expect(outcome).toBe('committed')
    expect(ids).toContain(20)
  })

  test.each(all)('%s conflicts with a delete of a file that it read', async (_, ours) => {
    const { outcome, left } = await race(ours, (table) => table.delete({ where: { id: 1 } }))
    expect({ outcome, left }).toEqual({ outcome: 'concurrent-append', left: [] })
  })

  test.each(all)('%s conflicts with a removal of the file that it read', async (_, ours) => {
    const { outcome, left } = await race(ours, (table) => table.delete({ where: { id: { lte: 3 } } }))
    expect({ outcome, left }).toEqual({ outcome: 'concurrent-delete-read', left: [] })
  })

  test.each(all)('%s goes on after a delete elsewhere', async (_, ours) => {
    const { outcome, ids } = await race(ours, (table) => table.delete({ where: { id: 8 } }))
    expect(outcome).toBe('committed')
    expect(ids).not.toContain(8)
  })

  test('overlooks a blind append at WriteSerializable', async () => {
    const properties = { 'delta.isolationLevel': 'WriteSerializable' }
    const { outcome, ids } = await race(deleteTwo, (table) => table.append([named(2)]), properties)
    expect(outcome).toBe('committed')
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('leaves an append that comes after it alone', async () => {
    const { outcome, ids } = await race((table) => table.append([named(2)]), deleteTwo)
    expect(outcome).toBe('committed')
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('with exclusive, it conflicts whatever came', async () => {
    const { outcome } = await race(
      (table) => table.delete({ where: { id: 2 }, exclusive: true }),
      (table) => table.append([named(20)]),
    )
    expect(outcome).not.toBe('committed')
  })

  test('two merges of one new key insert it once', async () => {
    const insert: Verb = (table) => table.merge([named(20)], { on: ['id'] })
    const { outcome, ids } = await race(insert, insert)
    expect(outcome).toBe('concurrent-append')
    expect(ids.filter((id) => id === 20)).toEqual([20])
  })
})
