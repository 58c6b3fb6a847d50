import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, openTable, type Row, simulatedRuntime } from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { keysOf } from './recording-store.ts'

const runtime = simulatedRuntime()
const schema = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] }

async function collect(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}

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
    expect((await keysOf(store)).filter((key) => key.startsWith('_delta_log/'))).toHaveLength(1)
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
    [
      'a nested column',
      [{ name: 'a', type: { type: 'array', elementType: 'long', containsNull: true } }],
      'unsupported',
    ],
    ['a variant', [{ name: 'a', type: 'variant' }], 'unsupported'],
  ])('refuses %s', async (_, fields, code) => {
    const bad = { type: 'struct', fields: fields.map((field) => ({ nullable: true, metadata: {}, ...field })) }
    const store = memoryStore()
    await expect(createTable('memory://t', { store, runtime, schema: bad })).rejects.toMatchObject({ code })
    expect(await keysOf(store)).toEqual([])
  })

  test.each([
    ['delta.enableDeletionVectors', 'true'],
    ['delta.columnMapping.mode', 'name'],
    ['delta.constraints.positive', 'id > 0'],
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
