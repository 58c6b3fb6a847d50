import { parquetMetadata, parquetSchema } from 'hyparquet'
import { readColumnIndex, readOffsetIndex } from 'hyparquet/src/indexes.js'
import { describe, expect, test } from 'vitest'
import { comparePhysical, type PhysicalValue, type Row, type StructType } from '../../../src/schema/index.ts'
import { schemaOf } from '../arbitraries.ts'
import { encode, readAll } from '../encode.ts'

interface IndexedPage {
  readonly firstRow: number
  readonly nulls: number
  readonly min: unknown
  readonly max: unknown
}

/** The pages of the leaves of the first row group, as the page index tells them; undefined where there are no bounds. */
function pagesOf(bytes: Uint8Array): { order: string | undefined; pages: IndexedPage[] }[] {
  const metadata = parquetMetadata(bytes.slice().buffer)
  const elements = metadata.schema.filter((element) => element.type !== undefined)
  return (metadata.row_groups[0]?.columns ?? []).map((chunk, i) => {
    const at = (offset: bigint | undefined) => ({
      view: new DataView(bytes.buffer, bytes.byteOffset + Number(offset)),
      offset: 0,
    })
    const element = elements[i]
    if (element === undefined) throw new Error(`no leaf ${i}`)
    const { page_locations: locations } = readOffsetIndex(at(chunk.offset_index_offset))
    let offset = chunk.meta_data?.data_page_offset
    for (const { offset: found, compressed_page_size: size } of locations) {
      expect(found).toBe(offset)
      offset = found + BigInt(size)
    }
    const firstRows = locations.map((location) => Number(location.first_row_index))
    if (chunk.column_index_offset === undefined) return { order: undefined, pages: firstRows.map(pageWithoutBounds) }
    const index = readColumnIndex(at(chunk.column_index_offset), element)
    expect(index.min_values).toHaveLength(locations.length)
    const pages = firstRows.map((firstRow, page) => ({
      firstRow,
      nulls: Number(index.null_counts?.[page]),
      min: index.null_pages[page] ? null : index.min_values[page],
      max: index.null_pages[page] ? null : index.max_values[page],
    }))
    return { order: index.boundary_order, pages }
  })
}

function pageWithoutBounds(firstRow: number): IndexedPage {
  return { firstRow, nulls: Number.NaN, min: undefined, max: undefined }
}

/** What the index must say about pages that begin with these rows. */
function expectedPages(pages: readonly IndexedPage[], values: readonly (PhysicalValue | null)[]): IndexedPage[] {
  return pages.map(({ firstRow }, i) => {
    const page = values.slice(firstRow, pages[i + 1]?.firstRow)
    const present = page.filter((value) => value !== null)
    return { firstRow, nulls: page.length - present.length, ...boundsOf(present) }
  })
}

function boundsOf(values: readonly PhysicalValue[]): { min: PhysicalValue | null; max: PhysicalValue | null } {
  const type = { type: typeof values[0] === 'string' ? 'string' : 'long' } as const
  const sorted = values.toSorted((a, b) => comparePhysical(type, a, b))
  return { min: sorted[0] ?? null, max: sorted.at(-1) ?? null }
}

const narrow = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value)

describe('the page index', () => {
  const schema = schemaOf({ rising: 'long', falling: 'integer', few: 'string', turning: 'string', void: 'long' })
  const rows = Array.from({ length: 9000 }, (_, i) => ({
    rising: i * 3,
    falling: i % 5 === 0 ? null : 9000 - i,
    few: i > 4000 && i < 6500 ? null : `brand ${(Math.floor(i / 200) * 7) % 20}`,
    turning: i < 3000 ? `t ${i % 10}` : `t ${i * 7919}`,
    void: null,
  }))

  test('holds the bounds and nulls of each page, whether its values stand in a dictionary or not', () => {
    const { bytes } = encode(schema, rows, { pageBytes: 600, codec: 'none' })
    const leaves = pagesOf(bytes)
    expect(leaves.map(({ order }) => order)).toEqual(['ASCENDING', 'DESCENDING', 'UNORDERED', 'UNORDERED', 'ASCENDING'])
    for (const [i, name] of (['rising', 'falling', 'few', 'turning', 'void'] as const).entries()) {
      const pages = (leaves[i]?.pages ?? []).map((page) => ({ ...page, min: narrow(page.min), max: narrow(page.max) }))
      if (name !== 'void') expect(pages.length, name).toBeGreaterThan(4)
      const values = rows.map((row) => row[name])
      expect(pages, name).toEqual(expectedPages(pages, values))
    }
  })

  test('leaves out the bounds of a column with a NaN, and only those', () => {
    const doubles = schemaOf({ a: 'double', b: 'double' })
    const { bytes } = encode(doubles, [
      { a: 1, b: 2 },
      { a: Number.NaN, b: 3 },
    ])
    const [a, b] = pagesOf(bytes)
    expect(a?.pages).toEqual([pageWithoutBounds(0)])
    expect(b?.pages).toEqual([{ firstRow: 0, nulls: 0, min: 2, max: 3 }])
  })

  test('shortens long texts, so that they still bound', () => {
    const { bytes } = encode(schemaOf({ text: 'string' }), [{ text: 'b'.repeat(500) }])
    const [page] = pagesOf(bytes)[0]?.pages ?? []
    expect([page?.min, page?.max]).toEqual(['b'.repeat(64), `${'b'.repeat(63)}c`])
  })

  test('lets every page of a list begin with a row, even where a row is longer than a page and than a batch', async () => {
    const lists: StructType = schemaOf({
      unique: { type: 'array', elementType: { type: 'long' }, containsNull: true },
      few: { type: 'array', elementType: { type: 'string' }, containsNull: true },
    })
    const lengths = [0, 3, 2500, 1, 511, 512, 513, 0, 7, 1025, 2, 2, 2, 40]
    const listed: Row[] = lengths.map((length, row) => ({
      unique: Array.from({ length }, (_, i) => (i % 11 === 3 ? null : row * 100_000 + i)),
      few: Array.from({ length }, (_, i) => `value ${(i + row) % 4}`),
    }))
    const { bytes } = encode(lists, listed, { pageBytes: 100, codec: 'none' })
    const [unique, few] = pagesOf(bytes)
    expect(unique?.pages.map(({ firstRow }) => firstRow)).toEqual([0, 3, 5, 6, 7, 10])
    expect(few?.pages.length).toBeGreaterThan(3)
    expect(parquetSchema(parquetMetadata(bytes.slice().buffer)).children).toHaveLength(2)
    const { columns } = await readAll(bytes, lists)
    for (const name of ['unique', 'few']) expect(columns.get(name)).toEqual(listed.map((row) => row[name]))
  })

  test('bounds a page that began with numbers of a dictionary and went over to plain values inside a row', async () => {
    const lists: StructType = schemaOf({ c: { type: 'array', elementType: { type: 'string' }, containsNull: true } })
    const few = Array.from({ length: 1000 }, (_, i) => ({ c: [`b${i % 40}`, 'a'] }))
    const unique = Array.from({ length: 20_000 }, (_, i) => `c${i}`)
    const listed = [...few, { c: ['b7', ...unique, 'a'] }, { c: ['x'] }]
    const { bytes } = encode(lists, listed, { pageBytes: 400, codec: 'none' })
    const pages = pagesOf(bytes)[0]?.pages ?? []
    expect(pages.length).toBeGreaterThan(3)
    for (const [i, { firstRow, min, max }] of pages.entries()) {
      const values = listed.slice(firstRow, pages[i + 1]?.firstRow).flatMap(({ c }) => c)
      expect({ min, max }).toEqual(boundsOf(values))
    }
    const [chunk] = parquetMetadata(bytes.slice().buffer).row_groups[0]?.columns ?? []
    expect(chunk?.meta_data?.encoding_stats).toMatchObject([
      { page_type: 'DICTIONARY_PAGE' },
      { page_type: 'DATA_PAGE', encoding: 'RLE_DICTIONARY' },
      { page_type: 'DATA_PAGE', encoding: 'PLAIN' },
    ])
    expect((await readAll(bytes, lists)).columns.get('c')).toEqual(listed.map(({ c }) => c))
  })
})
