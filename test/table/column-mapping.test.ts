import { describe, expect, test } from 'vitest'
import { createTable, openTable, type Row, simulatedRuntime, type Table } from '../../src/index.ts'
import { formatCommitPath, loadSnapshot, type Metadata } from '../../src/log/index.ts'
import { bufferAccess, openParquet } from '../../src/parquet/index.ts'
import type { StructField } from '../../src/schema/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'

const runtime = simulatedRuntime({ tick: 1000 })

const ORDERS: readonly Row[] = [
  { 'order id': 1, country: 'DE', customer: { name: 'Ada', 'e-mail': 'a@x' }, tags: [{ key: 'k', n: 1 }] },
  { 'order id': 2, country: 'FR', customer: null, tags: [] },
  { 'order id': 3, country: null, customer: { name: 'Bob', 'e-mail': null }, tags: null },
]

interface Orders {
  readonly store: ObjectStore
  readonly table: Table
  /** Commits a change of the table's schema, and of other metadata, as another engine would. */
  change(fields: (fields: StructField[]) => StructField[], metadata?: Partial<Metadata>): Promise<Table>
}

/** A table of orders; column mapping is on in `mode`. */
async function orders(
  mode: string,
  rows: readonly Row[] = ORDERS,
  partitionBy: string[] = ['country'],
): Promise<Orders> {
  const store = memoryStore({ runtime })
  const properties = { 'delta.columnMapping.mode': mode }
  const table = await createTable('memory://t', { store, runtime, rows: [...rows], partitionBy, properties })
  return {
    store,
    table,
    async change(fields, changed = {}) {
      const { metadata, version } = await loadSnapshot(store)
      const schema = JSON.parse(metadata.schemaString)
      const metaData: Metadata = {
        ...metadata,
        ...changed,
        schemaString: JSON.stringify({ ...schema, fields: fields(schema.fields) }),
      }
      const protocol = { minReaderVersion: 2, minWriterVersion: 5 }
      const text = `${JSON.stringify({ protocol })}\n${JSON.stringify({ metaData })}`
      await store.put(formatCommitPath(version + 1), new TextEncoder().encode(text), { mode: 'create' })
      return openTable('memory://t', { store, runtime })
    },
  }
}

const mapping = (id: number, physicalName: string) => {
  return { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': physicalName }
}

describe.each(['name', 'id'])('a table with column mapping by %s', (mode) => {
  test('has rows under the names that users gave, whatever characters they hold', async () => {
    const { store, table } = await orders(mode)
    expect(await collect(table.read())).toEqual(ORDERS)
    const reopened = await openTable('memory://t', { store, runtime })
    expect(await collect(reopened.read({ columns: ['tags', 'order id'], where: { 'customer.name': 'Ada' } }))).toEqual([
      { tags: [{ key: 'k', n: 1 }], 'order id': 1 },
    ])
    expect(await collect(reopened.read({ columns: ['order id'], where: { country: 'FR' } }))).toEqual([
      { 'order id': 2 },
    ])
  })

  test('stores ids, physical names, statistics and partition values as the protocol asks', async () => {
    const { store } = await orders(mode)
    const { metadata, protocol, files } = await loadSnapshot(store)
    expect(protocol).toEqual({ minReaderVersion: 2, minWriterVersion: 5 })
    expect(metadata.configuration['delta.columnMapping.maxColumnId']).toBe('8')
    expect(metadata.partitionColumns).toEqual(['country'])
    const { fields }: { fields: StructField[] } = JSON.parse(metadata.schemaString)
    const physical = fields.map((field) => String(field.metadata['delta.columnMapping.physicalName']))
    expect(fields.map((field) => field.metadata['delta.columnMapping.id'])).toEqual([1, 2, 3, 6])
    for (const name of physical) expect(name).toMatch(/^col-[0-9a-f-]{36}$/)
    const [id, country, customer, tags] = physical
    const file = Array.from(files()).find(({ partitionValues }) => partitionValues[String(country)] === 'DE')
    expect(file?.path).toMatch(new RegExp(`^${country}=DE/part-`))
    expect(Object.keys(file?.partitionValues ?? {})).toEqual([country])
    const stats = JSON.parse(file?.stats ?? '')
    expect(Object.keys(stats.minValues)).toEqual([id, customer])
    const { body } = await store.get(file?.path ?? '')
    const { schema } = await openParquet(bufferAccess(body, 'x'))
    expect(schema.fields.map(({ name }) => name)).toEqual([id, customer, tags])
  })

  test('prunes files by statistics under physical names', async () => {
    const { store, table } = await orders(mode, [{ id: 1, v: 1 }], [])
    await table.append([{ id: 2, v: 1 }])
    const [first] = (await loadSnapshot(store, { version: 0 })).files()
    await store.delete([first?.path ?? ''])
    expect(await collect(table.read({ where: { id: 2 } }))).toEqual([{ id: 2, v: 1 }])
    await expect(collect(table.read({ where: { v: 1 } }))).rejects.toMatchObject({ code: 'not-found' })
  })

  test('takes appends, and refuses a value by the name that users gave', async () => {
    const { table } = await orders(mode)
    await table.append([{ 'order id': 4, country: 'DE' }])
    expect(await collect(table.read({ columns: ['order id'], where: { country: 'DE' } }))).toHaveLength(2)
    const refused = table.append([{ 'order id': 'x', country: 'DE' }])
    await expect(refused).rejects.toMatchObject({ code: 'invalid-argument', details: { row: 1, column: 'order id' } })
  })

  test('keeps its rows when columns are renamed, partition columns too', async () => {
    const { change } = await orders(mode)
    const renamed = (field: StructField) => ({ ...field, name: `${field.name}!` })
    const table = await change((fields) => fields.map(renamed), { partitionColumns: ['country!'] })
    const french = table.read({ columns: ['country!', 'order id!'], where: { 'country!': 'FR' } })
    expect(await collect(french)).toEqual([{ 'country!': 'FR', 'order id!': 2 }])
    expect(table.files().map(({ partitionValues }) => partitionValues['country!'])).toEqual(['DE', 'FR', null])
    await table.append([{ 'country!': 'IT', 'order id!': 4 }])
    expect(await collect(table.read({ columns: ['order id!'], where: { 'country!': 'IT' } }))).toEqual([
      { 'order id!': 4 },
    ])
  })

  test('has nulls in a column that was dropped and came back, which is another column', async () => {
    const { change } = await orders(mode, [{ id: 1, v: 'old' }], [])
    await change((fields) => fields.filter(({ name }) => name !== 'v'))
    const table = await change((fields) => [
      ...fields,
      { name: 'v', type: 'string', nullable: true, metadata: mapping(9, 'col-9') } as unknown as StructField,
    ])
    expect(await collect(table.read())).toEqual([{ id: 1, v: null }])
    await table.append([{ id: 2, v: 'new' }])
    expect(await collect(table.read({ where: { v: 'new' } }))).toEqual([{ id: 2, v: 'new' }])
    expect(await collect(table.read({ where: { v: 'old' } }))).toEqual([])
  })

  test('shows its files by the names that users gave', async () => {
    const { table } = await orders(mode)
    expect(table.files().map(({ partitionValues }) => partitionValues)).toEqual(
      ['DE', 'FR', null].map((country) => ({ country })),
    )
  })
})

describe('column mapping', () => {
  test('turned on later finds the columns of older files by the names that they had', async () => {
    const { change, store } = await orders('none', [{ id: 1, v: 'a' }], [])
    const on = { 'delta.columnMapping.mode': 'name', 'delta.columnMapping.maxColumnId': '2' }
    const named = (name: string) => (name === 'v' ? 'value of it' : name)
    const table = await change(
      (fields) =>
        fields.map((field, i) => ({ ...field, name: named(field.name), metadata: mapping(i + 1, field.name) })),
      { configuration: on },
    )
    await table.append([{ id: 2, 'value of it': 'b' }])
    expect(await collect(table.read({ where: { 'value of it': { gte: 'a' } } }))).toEqual([
      { id: 1, 'value of it': 'a' },
      { id: 2, 'value of it': 'b' },
    ])
    expect((await loadSnapshot(store)).numFiles).toBe(2)
  })

  test('by id refuses a file that has no ids', async () => {
    const { change } = await orders('none', [{ id: 1 }, { id: 2 }], [])
    const table = await change((fields) => fields.map((field) => ({ ...field, metadata: mapping(1, 'id') })), {
      configuration: { 'delta.columnMapping.mode': 'id' },
    })
    await expect(collect(table.read())).rejects.toMatchObject({ code: 'invalid-data', message: /have no ids/ })
  })

  test('that is off leaves no trace of another table’s', async () => {
    const store = memoryStore({ runtime })
    const schema = {
      type: 'struct',
      fields: [{ name: 'id', type: 'long', nullable: true, metadata: mapping(7, 'col-7') }],
    }
    const table = await createTable('memory://t', { store, runtime, schema, rows: [{ id: 1 }] })
    expect(table.schema.fields).toEqual([{ name: 'id', type: { type: 'long' }, nullable: true, metadata: {} }])
    expect(await collect(table.read({ where: { id: 1 } }))).toEqual([{ id: 1 }])
  })
})
