import { simulatedRuntime } from '../../src/runtime.ts'
import type { Row, StructType } from '../../src/schema/index.ts'
import { productRows, productSchema } from './product-rows.ts'

/** Rows of one shape, for comparing Parquet writers. */
export interface DataSet {
  readonly schema: StructType
  readonly rows: (count: number) => Row[]
  /** How DuckDB calls each column's type when it reads the same rows as JSON. */
  readonly duckdb: Readonly<Record<string, string>>
}

const field = (name: string, type: StructType['fields'][number]['type'], nullable = false) => {
  return { name, type, nullable, metadata: {} }
}
const string = { type: 'string' } as const
const long = { type: 'long' } as const
const double = { type: 'double' } as const

const NUMERIC = Array.from({ length: 8 }, (_, i) => field(`${i < 4 ? 'l' : 'd'}${i}`, i < 4 ? long : double))

const VARIANT = { type: 'struct', fields: [field('sku', string, true), field('price', double, true)] } as const

export const dataSets: Readonly<Record<string, DataSet>> = {
  product: {
    schema: productSchema,
    rows: (count) => productRows(count),
    duckdb: {
      ...Object.fromEntries(
        ['id', 'url', 'title', 'category', 'brand', 'currency', 'description'].map((name) => [name, 'VARCHAR']),
      ),
      price: 'DOUBLE',
      inStock: 'BOOLEAN',
      rating: 'DOUBLE',
      reviewCount: 'INTEGER',
      scrapedAt: 'TIMESTAMPTZ',
    },
  },
  numeric: {
    schema: { type: 'struct', fields: NUMERIC },
    rows: numericRows,
    duckdb: Object.fromEntries(NUMERIC.map(({ name, type }) => [name, type.type === 'long' ? 'BIGINT' : 'DOUBLE'])),
  },
  nested: {
    schema: {
      type: 'struct',
      fields: [
        field('id', long),
        field('tags', { type: 'array', elementType: string, containsNull: true }, true),
        field('seller', { type: 'struct', fields: [field('name', string, true), field('score', double, true)] }, true),
        field('variants', { type: 'array', elementType: VARIANT, containsNull: true }, true),
      ],
    },
    rows: nestedRows,
    duckdb: {
      id: 'BIGINT',
      tags: 'VARCHAR[]',
      seller: 'STRUCT(name VARCHAR, score DOUBLE)',
      variants: 'STRUCT(sku VARCHAR, price DOUBLE)[]',
    },
  },
}

/** Four whole numbers of different spread and four doubles, none null. */
function numericRows(count: number): Row[] {
  const { random } = simulatedRuntime({ seed: 2 })
  const whole = (limit: number): number => Math.floor(random() * limit)
  return Array.from({ length: count }, (_, i) => ({
    l0: i,
    l1: whole(1000),
    l2: whole(2 ** 31),
    l3: whole(2 ** 52),
    d4: random(),
    d5: Math.round(random() * 10_000) / 100,
    d6: whole(100),
    d7: random() * 1e12,
  }))
}

/** Lists, structs and lists of structs, with nulls and empties at every level. */
function nestedRows(count: number): Row[] {
  const { random } = simulatedRuntime({ seed: 3 })
  const below = (limit: number): number => Math.floor(random() * limit)
  const list = <T>(longest: number, item: () => T): T[] => Array.from({ length: below(longest + 1) }, item)
  const maybe = <T>(share: number, value: () => T): T | null => (random() < share ? null : value())
  const lines = Array.from({ length: count }, (_, id) =>
    JSON.stringify({
      id,
      tags: maybe(0.1, () => list(5, () => maybe(0.05, () => `tag-${below(500)}`))),
      seller: maybe(0.1, () => ({ name: maybe(0.1, () => `Seller ${below(5000)}`), score: maybe(0.2, random) })),
      variants: maybe(0.1, () =>
        list(4, () =>
          maybe(0.05, () => ({ sku: `sku-${id}-${below(100)}`, price: maybe(0.1, () => below(1e6) / 100) })),
        ),
      ),
    }),
  )
  return lines.map((line): Row => JSON.parse(line))
}
