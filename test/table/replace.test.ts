import { describe, expect, test } from 'vitest'
import type { StagedPart } from '../../src/index.ts'
import { stageRows } from '../../src/table/stage-rows.ts'
import { keysOf } from '../keys-of.ts'
import { named, numbers, numbersIn } from './rewritten-tables.ts'
import { field, rowsOf } from './table-with.ts'

describe('commit of staged parts with replace', () => {
  test('the parts are the whole table from then on', async () => {
    const { table } = await numbers()
    const parts = [await table.stage([named(10)]), await table.stage([named(11)])]
    expect(await table.commit(parts, { replace: true })).toMatchObject({
      version: 3,
      rows: 2,
      files: 2,
      rowsDeleted: 9,
      filesRemoved: 3,
    })
    expect(await numbersIn(table)).toEqual([10, 11])
  })

  test('with another schema, in which they were staged', async () => {
    const { table, store } = await numbers()
    const schema = JSON.stringify({ type: 'struct', fields: [field('id', 'string')] })
    const part = await stageRows([{ id: 'x' }], { store, schema })
    await table.commit([part], { replace: true, schema, txn: { appId: 'app', version: 1 } })
    expect(await rowsOf(table)).toEqual([{ id: 'x' }])
    expect(await table.commit([part], { replace: true, schema, txn: { appId: 'app', version: 1 } })).toMatchObject({
      skipped: true,
    })
  })

  test('parts of another schema are a conflict, and stay where they are', async () => {
    const { table, store } = await numbers()
    const part = await table.stage([named(10)])
    const before = await keysOf(store)
    const schema = JSON.stringify({ type: 'struct', fields: [field('id', 'string')] })
    await expect(table.commit([part], { replace: true, schema })).rejects.toMatchObject({
      code: 'conflict',
      details: { kind: 'metadata-changed' },
    })
    await table.settled()
    expect(await keysOf(store)).toEqual(before)
  })

  test('a schema without replace is refused', async () => {
    const { table } = await numbers()
    await expect(table.commit([], { schema: table.schema })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('what is no part is refused', async () => {
    const { table } = await numbers()
    const nothing: unknown = { files: 1 }
    await expect(table.commit([nothing as StagedPart], { replace: true })).rejects.toMatchObject({
      code: 'invalid-data',
    })
  })
})
