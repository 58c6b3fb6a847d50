import { parquetMetadata } from 'hyparquet'
import { hashParquetValue, readBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../../src/errors.ts'
import { parquetEncoder } from '../../../src/parquet/index.ts'
import type { StructType } from '../../../src/schema/index.ts'
import { schemaOf } from '../arbitraries.ts'
import { encode } from '../encode.ts'

/** For each row group the answer of the Bloom filter that leaf `name` has in the file. */
function filtersOf(bytes: Uint8Array, name: string): ((value: unknown) => boolean)[] {
  const metadata = parquetMetadata(bytes.slice().buffer)
  const element = metadata.schema.find((each) => each.name === name)
  if (element === undefined) throw new Error(`no leaf ${name}`)
  return metadata.row_groups.map(({ columns }) => {
    const chunk = columns.find(({ meta_data: data }) => data?.path_in_schema.at(-1) === name)?.meta_data
    const offset = Number(chunk?.bloom_filter_offset)
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset, chunk?.bloom_filter_length)
    const reader = { view, offset: 0 }
    const filter = readBloomFilter(reader)
    expect(reader.offset).toBe(chunk?.bloom_filter_length)
    return (value) => {
      const hash = hashParquetValue(value, element)
      if (filter === undefined || hash === undefined) throw new Error('no filter')
      return sbbfContains(filter.blocks, hash)
    }
  })
}

describe('a Bloom filter', () => {
  test('knows every value, and few others, through dictionaries and plain pages', () => {
    const schema = schemaOf({ unique: 'string', few: 'string', turning: 'long', double: 'double' })
    const rows = Array.from({ length: 20_000 }, (_, i) => ({
      unique: `id ${i}`,
      few: `brand ${i % 300}`,
      turning: i < 3000 ? i % 10 : i * 1_000_003,
      double: i % 7 ? i / 3 : null,
    }))
    const columns = ['unique', 'few', 'turning', 'double'] as const
    const { bytes } = encode(schema, rows, { bloomFilter: columns, pageBytes: 5000 })
    for (const name of columns) {
      const [has] = filtersOf(bytes, name)
      const values = rows.map((row) => row[name]).filter((value) => value !== null)
      const asked = values.map((value) => (name === 'turning' ? BigInt(value) : value))
      expect(asked.every((value) => has?.(value))).toBe(true)
      const others = Array.from({ length: 5000 }, (_, i) => {
        return name === 'turning' ? BigInt(-1 - i) : name === 'double' ? -i - 0.5 : `other ${i}`
      })
      expect(others.filter((value) => has?.(value)).length, name).toBeLessThan(150)
    }
  })

  test('stands for each row group, and its size follows the distinct values', () => {
    const schema = schemaOf({ name: 'string' })
    const rows = Array.from({ length: 4000 }, (_, i) => ({ name: `name ${i < 2000 ? i % 20 : i}` }))
    const encoder = parquetEncoder(schema, { bloomFilter: ['name'], rowGroupBytes: 1 })
    for (let i = 0; i < rows.length; i += 500) encoder.writeRows(rows.slice(i, i + 500))
    encoder.finish()
    const bytes = Uint8Array.from(encoder.takeBytes().flatMap((part) => [...part]))
    const filters = filtersOf(bytes, 'name')
    expect(filters).toHaveLength(8)
    expect(filters.map((has) => has('name 3'))).toEqual([true, true, true, true, false, false, false, false])
    const lengths = parquetMetadata(bytes.buffer).row_groups.map((group) => {
      return group.columns[0]?.meta_data?.bloom_filter_length
    })
    expect(lengths[0]).toBeLessThan(64)
    expect(lengths[7]).toBeGreaterThan(512)
  })

  test('of elements and keys is asked for by path', () => {
    const text = { type: 'string' } as const
    const schema = schemaOf({
      tags: { type: 'array', elementType: text, containsNull: true },
      attributes: { type: 'map', keyType: text, valueType: text, valueContainsNull: true },
    })
    const rows = [{ tags: ['new', null], attributes: { colour: 'red' } }, { tags: [] }]
    const { bytes } = encode(schema, rows, { bloomFilter: ['tags.element', 'attributes.key'] })
    expect(filtersOf(bytes, 'element').map((has) => [has('new'), has('old')])).toEqual([[true, false]])
    expect(filtersOf(bytes, 'key').map((has) => [has('colour'), has('red')])).toEqual([[true, false]])
  })

  test.each([
    ['flag', "column 'flag' cannot have a Bloom filter: it is boolean"],
    ['nam', "the option bloomFilter names 'nam', but the file stores no such column: choose from name, flag"],
  ])('of column %s is refused', (column, message) => {
    const schema: StructType = schemaOf({ name: 'string', flag: 'boolean' })
    const refused = () => parquetEncoder(schema, { bloomFilter: [column] })
    expect(refused).toThrow(DeltaError)
    expect(refused).toThrow(message)
  })
})
