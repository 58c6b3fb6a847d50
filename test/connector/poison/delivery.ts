import { encodeParquet } from '../../../src/parquet/index.ts'
import type { Row } from '../../../src/schema/index.ts'

/**
 * What a careless or broken source hands over, and what must become of it. Each case is a delivery that differs from a
 * good one in one thing; the good one was published before. No case, whatever becomes of it, may leave {@link SECRET}
 * anywhere.
 */
export interface Poison {
  readonly name: string
  /** What `run.json` holds. */
  readonly head: object
  readonly rows: PoisonRows
  /** The checks of the connector where they are not those that hold unless said, by which the outcome is. */
  readonly checks?: object
  readonly outcome: Outcome
}

export type PoisonRows =
  | { readonly jsonLines: Uint8Array }
  | { readonly parquet: () => Promise<Uint8Array> }
  /** Handed over by a program; not each need be a row. */
  | { readonly objects: readonly unknown[] }

/**
 * Refused: no check is asked, for the delivery cannot be read. Blocked and warned: by the check of this name, which can be
 * told to do the other unless it is one of {@link UNMOVED}. Published: with so many rows and without a word.
 */
export type Outcome =
  | { readonly refused: 'invalid-argument' | 'invalid-data'; readonly because: string }
  | { readonly blocked: string }
  | { readonly warned: string }
  | { readonly published: number; readonly columns?: readonly string[] }

/** Checks that no configuration changes. */
export const UNMOVED: ReadonlySet<string> = new Set(['expectedRecords', 'clock'])

/** Stands in private places only. */
export const SECRET = 'S3CR3T'

export const NOW = Date.UTC(2026, 0, 3)

export const FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true, isRequired: true },
  { name: 'name', dataType: 'STRING' },
  { name: 'price', dataType: 'MONEY' },
  { name: 'stock', dataType: 'NUMBER' },
  { name: 'since', dataType: 'DATE' },
  { name: 'seenAt', dataType: 'DATETIME' },
  { name: 'details', dataType: 'OBJECT' },
]

/** A run as it should be; what is given takes the place of what is good. */
export function head({
  workflow = {},
  schema = {},
  run = {},
}: {
  workflow?: object
  schema?: object
  run?: object
} = {}) {
  return {
    workflow: { id: 'lamps', name: 'Lamps', ...workflow },
    schema: { workflowId: 'lamps', fields: FIELDS, ...schema },
    run: {
      workflowId: 'lamps',
      runId: 'run-2',
      state: 'FINISHED',
      startedAt: '2026-01-02T03:00:00Z',
      finishedAt: '2026-01-02T04:00:00Z',
      ...run,
    },
  }
}

/** Ten good rows; `change` makes one bad. */
export function rows(change: (row: object, index: number) => object = (row) => row): object[] {
  return Array.from({ length: 10 }, (_, index) =>
    change(
      {
        sku: `L-${index}`,
        name: 'Straßenlampe',
        price: { amount: 2490 + index, currencyCode: 'EUR' },
        stock: index,
        since: '2025-12-31',
        seenAt: '2026-01-02T03:30:00+01:00',
        details: { watts: 5, tags: ['a'] },
      },
      index,
    ),
  )
}

export const first = (more: object) => rows((row, index) => (index === 0 ? { ...row, ...more } : row))
export const everyRow = (more: object) => rows((row) => ({ ...row, ...more }))

export const utf8 = (text: string) => new TextEncoder().encode(text)
export const text = (given: readonly object[]) => given.map((row) => `${JSON.stringify(row)}\n`).join('')
export const lines = (given: readonly object[]) => ({ jsonLines: utf8(text(given)) })
export const raw = (given: string) => ({ jsonLines: utf8(given) })
/** Good rows, then a line as it is. */
export const withLine = (line: string) => raw(`${text(rows())}${line}\n`)

/** The delivery that is published before each of the others. */
export const before = {
  head: head({ run: { runId: 'run-1', startedAt: '2026-01-01T03:00:00Z', finishedAt: '2026-01-01T04:00:00Z' } }),
  rows: lines(rows()),
}

/** The delivery from which each of the others differs in one thing: of the same run. */
export const good = { runId: 'run-2', head: head(), rows: lines(rows()) }

export function nested(depth: number): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

export async function parquet(given: readonly Row[], end?: number): Promise<Uint8Array> {
  return (await encodeParquet(given)).subarray(0, end)
}

export const skus = rows().map((_, index) => ({ sku: `L-${index}` }))
