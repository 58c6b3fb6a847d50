import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arrowMaker,
  caster,
  columnsFromArrow,
  type PhysicalStruct,
  type PhysicalTree,
  type StructType,
  schemaFromArrow,
} from '../../src/schema/index.ts'
import { field, samples } from './arbitrary.ts'

/** A table with one record batch for each part of the rows. */
async function tableOf(schema: StructType, ...parts: (readonly PhysicalStruct[])[]): Promise<arrow.Table> {
  const maker = await arrowMaker(schema)
  const columnsOf = (rows: readonly PhysicalStruct[]) =>
    new Map(schema.fields.map(({ name }) => [name, rows.map((row) => row[name] ?? null)]))
  return maker.table(parts.map((rows) => maker.recordBatch(rows.length, columnsOf(rows))))
}

/** The rows of a table by our own way in, in physical form. */
function rowsIn(table: arrow.Table, { fields }: StructType): PhysicalStruct[] {
  return [...columnsFromArrow(table)].flatMap(({ length, columns }) => {
    const cast = fields.map(({ name, type }) => [name, columns.get(name) ?? [], caster(type)] as const)
    return Array.from({ length }, (_, i) => Object.fromEntries(cast.map(([name, values, of]) => [name, of(values[i])])))
  })
}

const oneColumn = (type: StructType['fields'][number]['type']): StructType => ({
  type: 'struct',
  fields: [field('c', type)],
})
const rowsOf = (...values: (PhysicalTree | null)[]): PhysicalStruct[] => values.map((c) => ({ c }))

describe('columns become Arrow', () => {
  test('and come back equal, with their schema, by way of IPC: every type, nested to any depth', async () => {
    await fc.assert(
      fc.asyncProperty(samples({ maxLength: 20 }), fc.nat(), async ({ schema, physical }, split) => {
        const cut = split % (physical.length + 1)
        const table = await tableOf(schema, physical.slice(0, cut), physical.slice(cut))
        const read = arrow.tableFromIPC(arrow.tableToIPC(table))
        expect(schemaFromArrow(read.schema)).toEqual(schema)
        expect(rowsIn(read, schema)).toEqual(physical)
        expect(rowsIn(table, schema)).toEqual(physical)
      }),
      { numRuns: 200 },
    )
  })

  test('in the types that other readers expect', async () => {
    const schema: StructType = {
      type: 'struct',
      fields: [
        field('at', { type: 'timestamp' }),
        field('local', { type: 'timestamp_ntz' }),
        field('day', { type: 'date' }, false),
        field('price', { type: 'decimal', precision: 9, scale: 2 }),
        field('tags', { type: 'array', elementType: { type: 'string' }, containsNull: false }),
        field('prices', {
          type: 'map',
          keyType: { type: 'string' },
          valueType: { type: 'float' },
          valueContainsNull: true,
        }),
        field('nothing', { type: 'void' }),
      ],
    }
    const { fields } = (await tableOf(schema)).schema
    expect(fields.map(({ name, type, nullable }) => `${name}${nullable ? '?' : ''}: ${type}`)).toEqual([
      'at?: Timestamp<MICROSECOND, UTC>',
      'local?: Timestamp<MICROSECOND>',
      'day: Date32<DAY>',
      'price?: Decimal[9e+2]',
      'tags?: List<Utf8>',
      'prices?: Map<{key:Utf8, value:Float32}>',
      'nothing?: Null',
    ])
  })

  test('with a count of nulls, and no bitmap where there are none', async () => {
    const table = await tableOf(oneColumn({ type: 'long' }), rowsOf(1, null, 3), rowsOf(4))
    const [some, none] = table.batches.map((batch) => batch.getChildAt(0)?.data[0])
    expect([some?.nullCount, some?.nullBitmap?.[0]]).toEqual([1, 0b101])
    expect([none?.nullCount, none?.nullBitmap]).toEqual([0, undefined])
  })

  test('at the ends of 64 and 128 bits', async () => {
    const longs = [0, -1, 2 ** 53 - 1, 1 - 2 ** 53, 2n ** 63n - 1n, -(2n ** 63n), -(2 ** 32), 2 ** 32 - 1]
    const read = await tableOf(oneColumn({ type: 'long' }), rowsOf(...longs))
    expect([...(read.getChildAt(0) ?? [])]).toEqual(longs.map(BigInt))
    const most = 10n ** 38n - 1n
    const wide = oneColumn({ type: 'decimal', precision: 38, scale: 0 })
    const rows = rowsOf(most, -most, 0, -1, 2 ** 53 - 1, 1 - 2 ** 53, -(2n ** 64n), 2n ** 64n)
    expect(rowsIn(await tableOf(wide, rows), wide)).toEqual(rows)
  })

  test('with text of any length, and U+FFFD for half a surrogate pair, also where the other half begins the next', async () => {
    const texts = ['', 'a', 'Žofie 東京 😀', 'x'.repeat(5000), 'é'.repeat(5000)]
    const table = await tableOf(oneColumn({ type: 'string' }), rowsOf(...texts, null, '\ud83d', '\ude00'))
    expect([...(table.getChildAt(0) ?? [])]).toEqual([...texts, null, '\ufffd', '\ufffd'])
  })

  test('a column that is not there is null, and a table without rows keeps its schema', async () => {
    const maker = await arrowMaker(oneColumn({ type: 'string' }))
    expect([...(maker.recordBatch(2, new Map()).getChildAt(0) ?? [])]).toEqual([null, null])
    expect(maker.table([]).numRows).toBe(0)
    expect(maker.table([]).schema.fields.map(({ name }) => name)).toEqual(['c'])
  })

  test('but for variant, which is refused', async () => {
    await expect(arrowMaker(oneColumn({ type: 'variant' }))).rejects.toMatchObject({ code: 'unsupported' })
  })
})
