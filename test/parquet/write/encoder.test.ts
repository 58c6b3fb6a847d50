import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { DeltaError } from '../../../src/errors.ts'
import { parquetEncoder } from '../../../src/parquet/index.ts'
import { comparePhysical, typeName } from '../../../src/schema/index.ts'
import { physicalValues, schemaOf, writableTypes } from '../arbitraries.ts'
import { concatenate, encode, readAll, rowsOf } from '../encode.ts'

function refusalOf(run: () => unknown): DeltaError {
  try {
    run()
  } catch (error) {
    if (error instanceof DeltaError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const products = schemaOf({ name: 'string', price: 'double', stock: 'integer' })

describe('refusals', () => {
  test.each([
    [{ name: 5 }, "row 3, column 'name': expected string, a text, found the number 5", 'name'],
    [{ price: '5' }, 'row 3, column \'price\': expected double, a number, found the text "5"', 'price'],
    [{ stock: 2 ** 31 }, "row 3, column 'stock': expected integer, a whole number from", 'stock'],
    [{ stock: 0.5 }, "row 3, column 'stock': expected integer, a whole number from", 'stock'],
    [{ name: 'half \ud83d of a pair' }, "row 3, column 'name': expected string, well-formed Unicode", 'name'],
    [{ x: 1 }, "row 3 has a column 'x' that the schema lacks", 'x'],
    [{ name: 'a', x: null }, "row 3 has a column 'x' that the schema lacks", 'x'],
    [null, 'row 3: expected an object of column names and values, found null', undefined],
    [[1], 'row 3: expected an object of column names and values, found an array of 1', undefined],
  ])('%j is refused: %s', (row, message, column) => {
    const encoder = parquetEncoder(products)
    encoder.writeRows([{ name: 'fine' }])
    const error = refusalOf(() => encoder.writeRows([{}, row as never, { x: 'later' }]))
    expect(error.code).toBe('invalid-argument')
    expect(error.message).toContain(message)
    expect(error.details).toMatchObject(column === undefined ? { row: 3 } : { row: 3, column })
  })

  test('a member that is undefined is none, of a row and of a struct', async () => {
    const schema = schemaOf({ a: 'long', s: schemaOf({ b: 'long' }) })
    const { bytes } = encode(schema, [{ a: 1, x: undefined, s: { b: 2, x: undefined } }])
    const { columns } = await readAll(bytes)
    expect([columns.get('a'), columns.get('s')]).toEqual([[1], [{ b: 2 }]])
  })

  test('null in a column that is not nullable is refused, in rows and in columns', () => {
    const schema = schemaOf({ id: 'long' }, false)
    for (const row of [{}, { id: null }, { id: undefined }]) {
      const error = refusalOf(() => parquetEncoder(schema).writeRows([{ id: 1 }, row]))
      expect(error.message).toContain("row 2, column 'id': expected a value, because the column is not nullable")
    }
    const columns = new Map([['id', [1, 2, null]]])
    const error = refusalOf(() => parquetEncoder(schema).writeColumns({ length: 3, columns }))
    expect(error.details).toMatchObject({ row: 3, column: 'id' })
  })

  test('the first faulty row is named, although columns are encoded one after the other', () => {
    const error = refusalOf(() => parquetEncoder(products).writeRows([{ stock: 'x' }, { name: 1 }]))
    expect(error.details).toMatchObject({ row: 1, column: 'stock' })
  })

  test('rows are numbered over the encoder’s life, or as the caller numbers them', () => {
    const encoder = parquetEncoder(products)
    for (let i = 0; i < 3; i++) encoder.writeRows(Array.from({ length: 700 }, () => ({ name: 'x' })))
    expect(refusalOf(() => encoder.writeRows([{ name: 1 }])).details.row).toBe(2101)
    const numbered = refusalOf(() => parquetEncoder(products).writeRows([{}, { name: 1 }], (index) => 100 + 10 * index))
    expect(numbered.details.row).toBe(110)
  })

  test('a batch of columns is refused when a column is unknown or has another length', () => {
    const unknown = refusalOf(() =>
      parquetEncoder(products).writeColumns({ length: 1, columns: new Map([['x', [1]]]) }),
    )
    expect(unknown.message).toContain("a column 'x' that the schema lacks")
    const short = refusalOf(() =>
      parquetEncoder(products).writeColumns({ length: 2, columns: new Map([['name', ['a']]]) }),
    )
    expect(short.message).toContain("column 'name' has 1 values, but the batch has 2 rows")
  })

  test('a column of variants is refused by name, at any depth', () => {
    const variant = { type: 'variant' } as const
    const array = { type: 'array', elementType: variant, containsNull: true } as const
    for (const [type, name] of [
      [variant, 'c'],
      [array, 'c.element'],
    ] as const) {
      const error = refusalOf(() => parquetEncoder(schemaOf({ c: type })))
      expect(error.code).toBe('unsupported')
      expect(error.message).toContain(`column '${name}'`)
    }
  })

  test('a schema with two columns of one name is refused', () => {
    const [name] = products.fields
    if (name === undefined) throw new Error('no column')
    const twice = { type: 'struct', fields: [...products.fields, name] } as const
    expect(refusalOf(() => parquetEncoder(twice)).message).toContain("has column 'name' twice")
    expect(refusalOf(() => parquetEncoder(schemaOf({ s: twice }))).details.column).toBe('s.name')
  })

  test('nothing more is taken after a refusal or after the end', () => {
    const encoder = parquetEncoder(products)
    refusalOf(() => encoder.writeRows([{ name: 1 }]))
    expect(refusalOf(() => encoder.writeRows([{}])).message).toContain('cannot be continued: a row was refused')
    expect(refusalOf(() => encoder.finish()).message).toContain('a row was refused')
    const finished = parquetEncoder(products)
    finished.finish()
    expect(refusalOf(() => finished.writeRows([{}])).message).toContain('it is finished')
  })
})

describe('rows', () => {
  test('columns that every object inherits are null unless the row has them', async () => {
    const fields = ['constructor', 'valueOf'].flatMap((name) => schemaOf({ [name]: 'string' }).fields)
    const { bytes } = encode({ type: 'struct', fields }, [{}, JSON.parse('{"constructor":"own","valueOf":null}')])
    const { columns } = await readAll(bytes)
    expect([...columns.values()]).toEqual([
      [null, 'own'],
      [null, null],
    ])
  })

  test('columns that are to be ignored may be there, others may not', async () => {
    const encoder = parquetEncoder(products, { ignoredColumns: ['country'] })
    encoder.writeRows([{ name: 'a', country: 'DE' }, { name: 'b' }, { name: 'c', country: null }])
    encoder.finish()
    const { columns } = await readAll(concatenate(encoder.takeBytes()))
    expect(columns.get('name')).toEqual(['a', 'b', 'c'])
    const other = parquetEncoder(products, { ignoredColumns: ['country'] })
    expect(refusalOf(() => other.writeRows([{ country: 'DE', x: 1 }])).details.column).toBe('x')
  })

  test('the same file comes from rows and from columns, typed arrays among them', () => {
    const stock = Int32Array.from({ length: 2000 }, (_, i) => i % 7)
    const names = Array.from(stock, (value) => `name ${value}`)
    const rows = names.map((name, i) => ({ name, stock: stock[i] }))
    const encoder = parquetEncoder(products)
    const columns = new Map<string, ArrayLike<unknown>>([
      ['stock', stock],
      ['name', names],
    ])
    encoder.writeColumns({ length: 2000, columns })
    encoder.finish()
    expect(concatenate(encoder.takeBytes())).toEqual(encode(products, rows).bytes)
  })
})

describe('statistics', () => {
  test.each(writableTypes.map((type) => [typeName(type), type] as const))('of %s are exact', (_, type) => {
    const schema = schemaOf({ value: type })
    const hasBounds = type.type !== 'boolean' && type.type !== 'binary'
    fc.assert(
      fc.property(fc.array(fc.option(physicalValues(type)), { maxLength: 50 }), (column) => {
        const rows = rowsOf(schema, new Map([['value', column]]))
        const { stats } = encode(schema, rows, { rowGroupBytes: 1, pageBytes: 10 })
        const present = column.filter((value) => value !== null)
        const bounded = hasBounds && present.length > 0 && !present.some((value) => Number.isNaN(value))
        const sorted = present.toSorted((a, b) => comparePhysical(type, a, b))
        const [found] = stats.columns
        expect(stats.numRecords).toBe(column.length)
        expect(found?.nullCount).toBe(column.length - present.length)
        expect(found && 'min' in found).toBe(bounded)
        if (!bounded || found?.min === undefined || found.max === undefined) return
        expect(comparePhysical(type, found.min, sorted[0] ?? '')).toBe(0)
        expect(comparePhysical(type, found.max, sorted.at(-1) ?? '')).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  test('a zero bound of float and double is −0 as minimum and +0 as maximum', () => {
    for (const type of ['float', 'double'] as const) {
      const { stats, bytes } = encode(schemaOf({ value: type }), [{ value: 0 }, { value: -0 }])
      expect(stats.columns).toEqual([{ path: ['value'], nullCount: 0, min: -0, max: 0 }])
      const footer = parquetMetadata(bytes).row_groups[0]?.columns[0]?.meta_data?.statistics
      expect([footer?.min_value, footer?.max_value]).toEqual([-0, 0])
    }
  })

  test('a file of many row groups has the bounds of all of them', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      name: `n${(i * 7919) % 3000}`,
      stock: i === 5 ? null : i - 1500,
    }))
    const { stats } = encode(products, rows, { rowGroupBytes: 5000 })
    expect(stats).toEqual({
      numRecords: 3000,
      columns: [
        { path: ['name'], nullCount: 0, min: 'n0', max: 'n999' },
        { path: ['price'], nullCount: 3000 },
        { path: ['stock'], nullCount: 1, min: -1500, max: 1499 },
      ],
    })
  })
})

describe('the file', () => {
  test('names its writer in the form that parquet-java trusts, with the version of the package', () => {
    const { created_by: createdBy } = parquetMetadata(encode(products, []).bytes)
    expect(createdBy).toBe(`deltaquill version ${packageJson.version} (build npm)`)
  })

  test('of no rows has a schema and no row groups', async () => {
    const { bytes, stats } = encode(products, [])
    const metadata = parquetMetadata(bytes)
    expect([metadata.num_rows, metadata.row_groups]).toEqual([0n, []])
    expect(stats.numRecords).toBe(0)
    expect((await readAll(bytes)).length).toBe(0)
  })

  test('may have two thousand columns', async () => {
    const names = Array.from({ length: 2000 }, (_, i) => `column ${i}`)
    const schema = schemaOf(Object.fromEntries(names.map((name) => [name, 'integer'])))
    const rows = [0, 1, 2].map((row) => Object.fromEntries(names.map((name, i) => [name, i % 3 === row ? null : i])))
    const { bytes, stats } = encode(schema, rows)
    expect(stats.columns).toHaveLength(2000)
    const { columns } = await readAll(bytes)
    for (const name of names) expect(columns.get(name)).toEqual(rows.map((row) => row[name]))
  })

  test('says in every row group how its rows are sorted, when the caller does', () => {
    const inner = { type: 'struct', fields: schemaOf({ a: 'long', b: 'long' }).fields } as const
    const schema = schemaOf({ x: 'string', s: inner })
    const encoder = parquetEncoder(schema, {
      rowGroupBytes: 1,
      sortingColumns: [
        { column: 's.b', descending: true },
        { column: 'x', nullsFirst: true },
      ],
    })
    for (let i = 0; i < 2; i++) encoder.writeRows([{ x: 'a' }])
    encoder.finish()
    const { row_groups: groups } = parquetMetadata(concatenate(encoder.takeBytes()).slice().buffer)
    const sorted = [
      { column_idx: 2, descending: true, nulls_first: false },
      { column_idx: 0, descending: false, nulls_first: true },
    ]
    expect(groups.map((group) => group.sorting_columns)).toEqual([sorted, sorted])
    const refused = refusalOf(() => parquetEncoder(schema, { sortingColumns: [{ column: 's' }] }))
    expect(refused.message).toContain(
      "sortingColumns names 's', but the file stores no such column: choose from x, s.a",
    )
  })

  test('can be taken away while it grows, and is the same then', () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({ name: `name ${i}`, price: i / 3, stock: i }))
    const options = { rowGroupBytes: 20_000, pageBytes: 1000 }
    const [streamed, kept] = [parquetEncoder(products, options), parquetEncoder(products, options)]
    const taken: Uint8Array[][] = []
    for (let i = 0; i < rows.length; i += 100) {
      streamed.writeRows(rows.slice(i, i + 100))
      kept.writeRows(rows.slice(i, i + 100))
      taken.push(streamed.takeBytes())
    }
    expect(streamed.rows).toBe(5000)
    const estimate = streamed.bytes
    streamed.finish()
    taken.push(streamed.takeBytes())
    const file = concatenate(taken.flat())
    expect(Math.max(...taken.map((parts) => concatenate(parts).length))).toBeLessThan(file.length / 2)
    expect(streamed.bytes).toBe(file.length)
    expect(Math.abs(file.length - estimate)).toBeLessThan(file.length / 5)
    expect(streamed.takeBytes()).toEqual([])
    kept.finish()
    expect(Buffer.compare(file, concatenate(kept.takeBytes()))).toBe(0)
  })

  test('has row groups and pages of the sizes asked for', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ name: `name ${i}`, price: Math.sqrt(i) }))
    const { bytes } = encode(products, rows, { codec: 'none', rowGroupBytes: 100_000, pageBytes: 10_000 })
    const groups = parquetMetadata(bytes).row_groups
    for (const group of groups.slice(0, -1)) {
      expect(Number(group.total_byte_size)).toBeGreaterThan(90_000)
      expect(Number(group.total_byte_size)).toBeLessThan(130_000)
      const pages = group.columns[1]?.meta_data?.encoding_stats?.[0]?.count ?? 0
      expect(pages).toBeGreaterThanOrEqual(3)
    }
    expect(groups.length).toBeGreaterThan(3)
  })

  test('states sizes and offsets that fit together', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({ name: `n${i % 5}`, price: i, stock: i % 3 ? null : i }))
    const { bytes } = encode(products, rows, { rowGroupBytes: 10_000 })
    const metadata = parquetMetadata(bytes)
    let offset = 4
    for (const group of metadata.row_groups) {
      expect(Number(group.file_offset)).toBe(offset)
      let uncompressed = 0
      for (const { meta_data: chunk } of group.columns) {
        expect(Number(chunk?.dictionary_page_offset ?? chunk?.data_page_offset)).toBe(offset)
        offset += Number(chunk?.total_compressed_size)
        uncompressed += Number(chunk?.total_uncompressed_size)
        expect(chunk?.num_values).toBe(group.num_rows)
      }
      expect(Number(group.total_byte_size)).toBe(uncompressed)
    }
    const chunks = metadata.row_groups.flatMap((group) => group.columns)
    for (const { column_index_offset: at, column_index_length: length } of chunks) {
      expect(Number(at)).toBe(offset)
      offset += Number(length)
    }
    for (const { offset_index_offset: at, offset_index_length: length } of chunks) {
      expect(Number(at)).toBe(offset)
      offset += Number(length)
    }
    expect(offset).toBe(bytes.length - 8 - metadata.metadata_length)
  })

  test('uses a dictionary where values repeat and plain values where they do not', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({ name: `n${i % 50}`, price: Math.sqrt(i), stock: i % 4 }))
    const [name, price, stock] = parquetMetadata(encode(products, rows).bytes).row_groups[0]?.columns ?? []
    expect(name?.meta_data?.encodings).toContain('RLE_DICTIONARY')
    expect(stock?.meta_data?.encodings).toContain('RLE_DICTIONARY')
    expect(price?.meta_data?.encodings).toEqual(['PLAIN', 'RLE'])
  })
})
