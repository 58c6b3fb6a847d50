import * as arrow from 'apache-arrow'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  encodeParquet,
  openParquet,
  type ParquetSource,
  parquetStream,
  readParquet,
} from '../../../src/parquet/index.ts'
import type { Row, RowsInput } from '../../../src/schema/index.ts'
import { collect } from '../../collect.ts'

function rowsOf(source: ParquetSource): Promise<Row[]> {
  return collect(readParquet(source))
}

/** Rows that tell how many of them were taken, and when nobody takes more. */
function countedRows(total: number) {
  const seen = { taken: 0, closed: false }
  async function* rows(): AsyncGenerator<Row> {
    try {
      for (let id = 0; id < total; id++) {
        seen.taken++
        yield { id, text: `row ${id} ${'x'.repeat(100)}` }
      }
    } finally {
      seen.closed = true
    }
  }
  return { rows: rows(), seen }
}

const expected = [
  { id: 1, name: 'Lampe' },
  { id: 2, name: null },
]
const table = new arrow.Table({
  id: arrow.vectorFromArray([1n, 2n], new arrow.Int64()),
  name: arrow.vectorFromArray(['Lampe', null], new arrow.Utf8()),
})

const typed = new arrow.Table({
  at: arrow.vectorFromArray([new Date(0)], new arrow.Timestamp(arrow.TimeUnit.MICROSECOND, 'UTC')),
  price: arrow.vectorFromArray([1], new arrow.Float64()),
  day: arrow.vectorFromArray([new Date(0)], new arrow.DateDay()),
})

async function typesOf(bytes: Uint8Array): Promise<Record<string, string>> {
  return Object.fromEntries((await openParquet(bytes)).schema.fields.map(({ name, type }) => [name, type.type]))
}

describe('one Parquet file is made', () => {
  test.each<{ of: string; rows: () => RowsInput }>([
    { of: 'an array of objects', rows: () => expected },
    { of: 'any iterable', rows: () => new Set(expected) },
    { of: 'an async iterable of rows', rows: () => each(expected) },
    { of: 'an async iterable of arrays of rows', rows: () => each([expected]) },
    { of: 'columns', rows: () => ({ id: [1, 2], name: ['Lampe', null] }) },
    { of: 'an Arrow table', rows: () => table },
    { of: 'a record batch', rows: () => table.batches[0] ?? table },
    { of: 'an async iterable of record batches', rows: () => each(table.batches) },
  ])('of $of', async ({ rows }) => {
    expect(await rowsOf(await encodeParquet(rows()))).toEqual(expected)
    expect(await rowsOf(await new Response(parquetStream(rows())).blob())).toEqual(expected)
  })

  test.each([
    { of: 'an async iterable', rows: () => each(typed.batches) },
    { of: 'an array', rows: () => [...typed.batches] },
  ])('with the types of Arrow, from its record batches in $of', async ({ rows }) => {
    expect(await typesOf(await encodeParquet(rows()))).toEqual({ at: 'timestamp', price: 'double', day: 'date' })
  })

  test('with doubles from floating-point arrays, whole as their numbers may be', async () => {
    const types = { price: 'double', id: 'long', vector: 'array' }
    const columns = { price: new Float64Array(2), id: [1, 2], vector: [Float32Array.of(1), Float32Array.of(2)] }
    const bytes = await encodeParquet(columns)
    expect(await typesOf(bytes)).toEqual(types)
    const { fields } = (await openParquet(bytes)).schema
    expect(fields[2]?.type).toMatchObject({ elementType: { type: 'double' } })
  })

  test.each([
    {
      options: { rowGroupBytes: -1 },
      message: 'rowGroupBytes: expected a number of bytes above 0, found the number -1',
    },
    {
      options: { pageBytes: Number.NaN },
      message: 'pageBytes: expected a number of bytes above 0, found the number NaN',
    },
  ])('never with $options', async ({ options, message }) => {
    await expect(encodeParquet(expected, options)).rejects.toMatchObject({ code: 'invalid-argument', message })
  })

  test('with one column at least', async () => {
    await expect(encodeParquet([{}, {}])).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('with the types of a schema, where one is given', async () => {
    const schema = z.object({ id: z.int32(), at: z.date().nullable() })
    const bytes = await encodeParquet([{ id: 1, at: '2026-01-02T03:04:05Z' }], { schema })
    expect(await rowsOf(bytes)).toEqual([{ id: 1, at: '2026-01-02T03:04:05.000000Z' }])
  })

  test('with columns of any name, which a Delta table would refuse', async () => {
    expect(await rowsOf(await encodeParquet([{ 'price (EUR)': 1 }]))).toEqual([{ 'price (EUR)': 1 }])
  })

  test('with a warning where mixed values become text', async () => {
    const warnings: string[] = []
    const bytes = await encodeParquet([{ a: 1 }, { a: 'x' }], { onWarning: (message) => warnings.push(message) })
    expect(await rowsOf(bytes)).toEqual([{ a: '1' }, { a: 'x' }])
    expect(warnings).toEqual([expect.stringContaining('a')])
    const onWarning = (): never => expect.fail('nobody hears this')
    expect(await encodeParquet([{ a: 1 }, { a: 'x' }], { onWarning })).toEqual(bytes)
  })

  test('of no rows, when the schema is given; else there is nothing to infer it from', async () => {
    expect(await rowsOf(await encodeParquet([], { schema: z.object({ id: z.string() }) }))).toEqual([])
    await expect(encodeParquet([])).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('the stream', () => {
  const options = { rowGroupBytes: 100_000, codec: 'none' } as const

  test('takes rows no faster than its bytes are read', async () => {
    const { rows, seen } = countedRows(200_000)
    const reader = parquetStream(rows, options).getReader()
    expect(seen.taken).toBe(0)
    await reader.read()
    await reader.read()
    // Inference looks at the first 10,000 rows.
    expect(seen.taken).toBeLessThan(25_000)
    await reader.cancel()
  })

  test('closes the source of the rows when it is cancelled', async () => {
    const { rows, seen } = countedRows(200_000)
    const stream = parquetStream(rows, options)
    for await (const _ of stream) break
    expect(seen.closed).toBe(true)
  })

  test('breaks at a row that does not fit, by its number, and closes the source', async () => {
    const closed = { closed: false }
    async function* rows() {
      try {
        yield* Array.from({ length: 6000 }, (_, i) => ({ n: i === 4999 ? 'many' : i }))
      } finally {
        closed.closed = true
      }
    }
    const stream = parquetStream(rows(), { schema: z.object({ n: z.int32() }) })
    await expect(collect(stream)).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 5000, column: 'n' },
    })
    expect(closed).toEqual({ closed: true })
  })

  test('ends with the signal', async () => {
    const stop = new AbortController()
    const { rows } = countedRows(200_000)
    const reader = parquetStream(rows, { ...options, signal: stop.signal }).getReader()
    await reader.read()
    stop.abort()
    const rest = async () => {
      for (;;) if ((await reader.read()).done) return
    }
    await expect(rest()).rejects.toMatchObject({ code: 'aborted' })
  })

  test('gives chunks that are worth a write', async () => {
    const { rows } = countedRows(50_000)
    const sizes = (await collect(parquetStream(rows, { codec: 'none' }))).map(({ length }) => length)
    expect(sizes.length).toBeLessThan(10)
    expect(Math.max(...sizes)).toBeGreaterThan(2 ** 20)
  })
})

async function* each<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items
}
