import { DeltaError } from '../errors.ts'
import type { Snapshot } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import {
  CastError,
  type ColumnBatch,
  caster,
  hasIdentity,
  isPlainObject,
  type RowsBatch,
  type StructField,
  typeName,
} from '../schema/index.ts'
import { fileMetrics, metrics, rewritten } from './commit-rewrite.ts'
import type { DeleteOptions } from './delete.ts'
import { Filter } from './filter.ts'
import type { RewriteResult } from './outcome.ts'
import { Rewriter } from './rewriter.ts'
import type { TableContext } from './settings.ts'
import { settingsOf, type Written } from './write.ts'

export interface UpdateOptions extends DeleteOptions {
  /** Columns, and the value that each gets, as rows have it: `{ price: '1.50', seen: null }`. */
  readonly set: Readonly<Record<string, unknown>>
}

/** Sets columns of the rows that pass a filter, in one commit. @throws {DeltaError} as {@link rewritten}. */
export async function updateRows(
  context: TableContext,
  snapshot: Snapshot,
  options: UpdateOptions,
): Promise<Written<RewriteResult>> {
  return rewritten(context, snapshot, options, async () => {
    const settings = settingsOf(context, snapshot, options)
    const filter = new Filter(snapshot, options.where)
    const values = valuesToSet(options.set, snapshot.schema.fields)
    const rewriter = new Rewriter(context, snapshot, settings)
    const { removed, counts } = rewriter
    const change = filter.change((_, existing) => {
      const updated = counts.updated
      const rowNumber: RowNumber = (index) => updated + index + 1
      const rows = withValues(existing, values)
      settings.rules.check(rows, rowNumber)
      return { rows, rowNumber }
    })
    const { adds, changeFiles } = await rewriter.run(async () => {
      const { whole, others } = filter.files()
      for (const file of [...whole, ...others]) await rewriter.rewrite(file, change)
    })
    return {
      rewrite: { removed, adds, changeFiles, counts, rows: counts.updated, reads: filter.mayPass },
      operation: {
        operation: 'UPDATE',
        operationParameters: { predicate: filter.text(options) },
        operationMetrics: metrics({
          ...fileMetrics(removed, adds),
          numUpdatedRows: counts.updated,
          numCopiedRows: counts.copied,
          numAddedChangeFiles: changeFiles.length,
        }),
      },
    }
  })
}

/** @throws {DeltaError} `invalid-argument` naming a column that is not there, or a value that does not fit it. */
function valuesToSet(set: unknown, fields: readonly StructField[]): ReadonlyMap<string, unknown> {
  if (!isPlainObject(set) || Object.keys(set).length === 0) {
    throw new DeltaError('invalid-argument', 'set: expected an object of columns and their new values, at least one')
  }
  return new Map(
    Object.entries(set).map(([name, value]) => {
      const field = fields.find((each) => each.name === name)
      if (field === undefined) {
        const names = fields.map((each) => each.name).join(', ')
        throw unfit(name, `expected one of the columns ${names} (whole columns only)`)
      }
      checkFits(field, value)
      return [name, value]
    }),
  )
}

function checkFits(field: StructField, value: unknown): void {
  const { name, type, nullable } = field
  if (hasIdentity(field)) throw unfit(name, 'it is an identity column, whose values do not change')
  try {
    const physical = caster(type)(value)
    if (value === undefined || (physical === null && !nullable)) {
      throw new CastError(nullable ? 'a value, or null' : 'a value, because the column is not nullable', 'none')
    }
  } catch (cause) {
    if (!(cause instanceof CastError)) throw cause
    throw unfit(name, `(${typeName(type)}) expected ${cause.expected}, found ${cause.found}`, cause)
  }
}

function unfit(column: string, what: string, cause?: unknown): DeltaError {
  return new DeltaError('invalid-argument', `set ${JSON.stringify(column)}: ${what}`, { column, cause })
}

function withValues({ length, columns }: ColumnBatch, values: ReadonlyMap<string, unknown>): RowsBatch {
  const set = Array.from(values, ([column, value]) => [column, new Array<unknown>(length).fill(value)] as const)
  return { kind: 'columns', batch: { length, columns: new Map([...columns, ...set]) } }
}
