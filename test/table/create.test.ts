import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  type CreateTableOptions,
  createTable,
  DeltaError,
  openTable,
  type Row,
  simulatedRuntime,
} from '../../src/index.ts'
import { formatCommitPath } from '../../src/log/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { withoutHousekeeping } from './recording-store.ts'

const runtime = simulatedRuntime()
const schema = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] }

describe('createTable', () => {
  test('commits version 0 with the lowest protocol that expresses the table', async () => {
    const table = await createTable('memory://t', { store: memoryStore(), runtime, schema })
    expect(table.version).toBe(0)
    expect(table.info().protocol).toEqual({ minReaderVersion: 1, minWriterVersion: 2 })
  })

  test('takes a zod schema', async () => {
    const product = z.object({ id: z.string(), price: z.number().nullable(), seenAt: z.date() })
    const table = await createTable('memory://t', { store: memoryStore(), runtime, schema: product })
    await table.append([{ id: 'a', price: 1.5, seenAt: new Date(0) }])
    expect(await collect(table.read())).toEqual([{ id: 'a', price: 1.5, seenAt: '1970-01-01T00:00:00.000000Z' }])
  })

  test('puts its first rows into the same commit', async () => {
    const store = memoryStore()
    const table = await createTable('memory://t', { store, runtime, rows: [{ id: 1, name: 'x' }] })
    expect(table.version).toBe(0)
    expect(withoutHousekeeping(await keysOf(store)).filter((key) => key.startsWith('_delta_log/'))).toHaveLength(1)
    expect(await collect(table.read())).toEqual([{ id: 1, name: 'x' }])
  })

  test('without schema and rows comes into being with the first append', async () => {
    const store = memoryStore()
    const table = await createTable('memory://t', { store, runtime, partitionBy: ['country'] })
    expect(() => table.version).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(await keysOf(store)).toEqual([])
    expect(await table.append([{ id: 1, country: 'DE' }])).toMatchObject({ version: 0, rows: 1 })
    expect(table.partitionColumns).toEqual(['country'])
    expect(await table.append([{ id: 2, country: 'FR' }])).toMatchObject({ version: 1 })
  })

  test('where a table is already is refused, and changes nothing', async () => {
    const store = memoryStore()
    await createTable('memory://t', { store, runtime, schema })
    const before = await keysOf(store)
    for (const options of [{ schema }, { rows: [{ id: 1 }] }, {}]) {
      await expect(createTable('memory://t', { store, runtime, ...options })).rejects.toMatchObject({
        code: 'already-exists',
      })
    }
    expect(await keysOf(store)).toEqual(before)
  })

  test('by twenty at once is done by one', async () => {
    const store = memoryStore()
    const attempts = Array.from({ length: 20 }, (_, id) =>
      createTable('memory://t', { store, runtime, rows: [{ id }] }),
    )
    const results = await Promise.allSettled(attempts)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'already-exists' })
    }
    expect(await collect((await openTable('memory://t', { store, runtime })).read())).toHaveLength(1)
    expect((await keysOf(store)).filter((key) => key.endsWith('.parquet'))).toHaveLength(1)
  })

  test.each([
    ['a name that Delta forbids', [{ name: 'a b', type: 'long' }], 'invalid-argument'],
    [
      'two names that differ only by case',
      [
        { name: 'a', type: 'long' },
        { name: 'A', type: 'long' },
      ],
      'invalid-argument',
    ],
    ['no columns', [], 'invalid-argument'],
    ['a variant', [{ name: 'a', type: 'variant' }], 'unsupported'],
  ])('refuses %s', async (_, fields, code) => {
    const bad = { type: 'struct', fields: fields.map((field) => ({ nullable: true, metadata: {}, ...field })) }
    const store = memoryStore()
    await expect(createTable('memory://t', { store, runtime, schema: bad })).rejects.toMatchObject({ code })
    expect(await keysOf(store)).toEqual([])
  })

  test.each([
    ['delta.constraints.even', 'id % 2 = 0'],
    ['delta.enableIcebergCompatV2', 'true'],
  ])('refuses the property %s, which it cannot honour yet, by name', async (property, value) => {
    const attempt = createTable('memory://t', {
      store: memoryStore(),
      runtime,
      schema,
      properties: { [property]: value },
    })
    await expect(attempt).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('refuses a property that Delta does not have before it writes a row', async () => {
    const store = memoryStore()
    const attempt = createTable('memory://t', { store, runtime, rows: [{ id: 1 }], properties: { 'delta.bogus': '1' } })
    await expect(attempt).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(await keysOf(store)).toEqual([])
  })

  test('is aborted by its signal, and leaves nothing behind', async () => {
    const store = memoryStore()
    const options = { store, runtime, rows: [{ id: 1 }], signal: AbortSignal.abort() }
    await expect(createTable('memory://t', options)).rejects.toMatchObject({ code: 'aborted' })
    expect(await keysOf(store)).toEqual([])
  })

  test('where a table is that this library cannot read is refused all the same', async () => {
    const store = memoryStore()
    const protocol = { protocol: { minReaderVersion: 99, minWriterVersion: 99 } }
    await store.put(formatCommitPath(0), new TextEncoder().encode(JSON.stringify(protocol)), { mode: 'create' })
    await expect(createTable('memory://t', { store, runtime, schema })).rejects.toMatchObject({
      code: 'already-exists',
    })
  })

  test('from the first appends of one handle at once keeps the rows of all', async () => {
    const table = await createTable('memory://t', { store: memoryStore(), runtime })
    const results = await Promise.all([1, 2, 3].map((id) => table.append([{ id }])))
    expect(results.map((result) => result.version)).toEqual([0, 1, 2])
    expect((await collect(table.read())).map((row) => row.id).sort()).toEqual([1, 2, 3])
  })

  test('from an append that waited for one that failed is done by the one that waited', async () => {
    const table = await createTable('memory://t', { store: memoryStore(), runtime })
    const [bad, good] = await Promise.allSettled([table.append([{ 'a b': 1 }]), table.append([{ id: 1 }])])
    expect(bad.status).toBe('rejected')
    expect(good).toMatchObject({ status: 'fulfilled', value: { version: 0 } })
  })

  test.each<[string, (id: number) => object, CreateTableOptions]>([
    ['a column name that Delta forbids', (id) => ({ 'a b': id }), {}],
    ['a row among the first', (id) => ({ text: id === 3 ? '\ud800' : 'a' }), {}],
    ['a row that comes late', (id) => ({ id: id > 12_900 ? 'text' : id }), {}],
    ['a property that Delta does not have', (id) => ({ id }), { properties: { 'delta.bogus': '1' } }],
    ['a partition column that is not there', (id) => ({ id }), { partitionBy: ['colour'] }],
    ['partition columns that are no list', (id) => ({ id, a: id }), JSON.parse('{"partitionBy": "id"}')],
  ])('closes the source of its rows when %s fails it', async (_, row, options) => {
    let closed = false
    const rows = (async function* () {
      try {
        for (let id = 0; id < 13_000; id++) yield row(id) as Row
      } finally {
        closed = true
      }
    })()
    const store = memoryStore()
    await expect(createTable('memory://t', { store, runtime, rows, ...options })).rejects.toBeInstanceOf(DeltaError)
    expect(closed).toBe(true)
    expect(await keysOf(store)).toEqual([])
  })

  test('passes on the error of a source that breaks, before and after the schema is inferred', async () => {
    for (const at of [3, 13_000]) {
      const store = memoryStore()
      const rows = (async function* () {
        for (let id = 0; id < at; id++) yield { id }
        throw new Error('the source broke')
      })()
      await expect(createTable('memory://t', { store, runtime, rows })).rejects.toThrow('the source broke')
      expect(await keysOf(store)).toEqual([])
    }
  })

  test('refuses rows that are none', async () => {
    await expect(createTable('memory://t', { store: memoryStore(), runtime, rows: [] })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await expect(createTable('', { runtime, schema })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('with one clock and one seed writes the same bytes twice', async () => {
    const dumps = await Promise.all(
      [1, 2].map(async () => {
        const store = memoryStore()
        const table = await createTable('memory://t', {
          store,
          runtime: simulatedRuntime({ seed: 7 }),
          rows: [{ id: 1 }],
        })
        await table.append([{ id: 2 }])
        return Promise.all((await keysOf(store)).map(async (key) => [key, Array.from((await store.get(key)).body)]))
      }),
    )
    expect(dumps[0]).toEqual(dumps[1])
  })
})
