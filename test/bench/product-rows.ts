import { simulatedRuntime } from '../../src/runtime.ts'
import type { PrimitiveName, Row, StructField, StructType } from '../../src/schema/index.ts'

const column = (name: string, type: PrimitiveName, nullable = false): StructField => {
  return { name, type: { type }, nullable, metadata: {} }
}

/** The columns of {@link productRows}. */
export const productSchema: StructType = {
  type: 'struct',
  fields: [
    column('id', 'string'),
    column('url', 'string'),
    column('title', 'string'),
    column('category', 'string'),
    column('brand', 'string'),
    column('price', 'double'),
    column('currency', 'string'),
    column('inStock', 'boolean'),
    column('rating', 'double', true),
    column('reviewCount', 'integer'),
    column('scrapedAt', 'timestamp'),
    column('description', 'string', true),
  ],
}

const WORDS =
  'classic compact cordless cotton deluxe digital durable ergonomic folding glass heavy leather light maple metal mini modern natural organic outdoor portable premium pro quiet recycled rustic slim smart solid stainless steel sturdy ultra vintage walnut waterproof wireless wooden wool bottle chair desk drill fan grill jacket kettle lamp mug pan shelf speaker stool table tent'.split(
    ' ',
  )
const FOREIGN_WORDS =
  'красный компактный деревянный 電動 軽量 防水 ポータブル 프리미엄 무선 φορητό ξύλινο أسود خفيف café größe 🪑'.split(
    ' ',
  )
const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY', 'PLN', 'SEK']

/**
 * Rows as a scraper of shop pages brings them (about 405 bytes of values a row): unique ids and addresses, titles 6 % of
 * which are not Latin, 40 categories, 2,000 brands, 6 currencies, prices in cents, ratings 30 % of which are missing,
 * descriptions 15 % of which are missing. The objects come out of `JSON.parse`, `scrapedAt` is a `Date`. The same seed
 * gives the same rows.
 */
export function productRows(count: number, seed = 1): Row[] {
  const rows: Row[] = []
  for (const line of productLines(count, seed)) {
    const row = JSON.parse(line)
    row.scrapedAt = new Date(row.scrapedAt)
    rows.push(row)
  }
  return rows
}

/** The same rows, one line of JSON each, `scrapedAt` as ISO text. */
export function* productLines(count: number, seed = 1): Generator<string> {
  const { random, uuid } = simulatedRuntime({ seed })
  const below = (limit: number): number => Math.floor(random() * limit)
  const words = (number: number, list: readonly string[]): string =>
    Array.from({ length: number }, () => list[below(list.length)]).join(' ')
  const start = Date.UTC(2026, 0, 1)
  for (let i = 0; i < count; i++) {
    const slug = words(6, WORDS).replaceAll(' ', '-')
    yield JSON.stringify({
      id: uuid(),
      url: `https://www.shop-example.com/products/${slug}-${100_000_000 + below(900_000_000)}`,
      title: words(4 + below(4), random() < 0.06 ? FOREIGN_WORDS : WORDS),
      category: `category ${String(below(40)).padStart(2, '0')}`,
      brand: `Brand ${below(2000)}`,
      price: (99 + below(100_000)) / 100,
      currency: CURRENCIES[below(CURRENCIES.length)],
      inStock: random() < 0.8,
      rating: random() < 0.3 ? null : (10 + below(41)) / 10,
      reviewCount: Math.floor(random() ** 3 * 5000),
      scrapedAt: new Date(start + i * 37 + below(1000)).toISOString(),
      description: random() < 0.15 ? null : words(24 + below(6), random() < 0.1 ? FOREIGN_WORDS : WORDS),
    })
  }
}
