import { DeltaError } from '../errors.ts'
import type { RowNumber, SelectedRows } from '../parquet/index.ts'
import {
  type ColumnBatch,
  hasIdentity,
  memberReader,
  type Row,
  type RowsBatch,
  type StructField,
  setMember,
} from '../schema/index.ts'
import { columnCaster } from './cast.ts'
import type { MergeSource } from './merge-source.ts'
import type { Replacement, RowChange } from './rewriter.ts'
import type { RowRules } from './row-rules.ts'
import type { StageSettings } from './stage.ts'

/** New rows are handed on in so many at a time. */
const ROWS_AT_A_TIME = 4096

/** Which rows of a merge's source were found in the table so far, and what becomes of them. */
export class MergeMatches {
  readonly #source: MergeSource
  readonly #rules: RowRules
  readonly #identities: readonly StructField[]
  /** 1 for a row of the source that was found. */
  readonly #found: Uint8Array

  constructor(source: MergeSource, { rules, schema }: Pick<StageSettings, 'rules' | 'schema'>) {
    this.#source = source
    this.#rules = rules
    this.#identities = schema.fields.filter(hasIdentity)
    this.#found = new Uint8Array(source.rows.length)
  }

  /** Takes note of rows of the table: those of the source that have their keys are found. */
  see({ batch, indexes }: SelectedRows): void {
    for (const index of indexes) {
      const found = this.#source.find(batch, index)
      if (found !== undefined) this.#found[found] = 1
    }
  }

  /** The replacement of rows of the table by those of the source that have their keys, which are found thereby. */
  change(): RowChange {
    const { find, mayMatch } = this.#source
    return {
      where: mayMatch,
      changes: (batch, index) => find(batch, index) !== undefined,
      become: (selected, existing) => this.#replacement(selected, existing),
    }
  }

  /** The rows of the source that were not found, as new rows of the table, some at a time. */
  *others(): Generator<Replacement> {
    const indexes = Array.from(this.#found.keys()).filter((index) => this.#found[index] === 0)
    for (let start = 0; start < indexes.length; start += ROWS_AT_A_TIME) {
      const { rows, rowNumber } = this.#rowsAt(indexes.slice(start, start + ROWS_AT_A_TIME))
      const filled = this.#rules.fillIdentities({ kind: 'rows', rows }, rowNumber)
      this.#rules.check(filled, rowNumber)
      yield { rows: filled, rowNumber }
    }
  }

  #replacement(selected: SelectedRows, existing: ColumnBatch): Replacement {
    this.see(selected)
    const found = selected.indexes.map((index) => this.#source.find(selected.batch, index) ?? -1)
    const { rows: given, rowNumber } = this.#rowsAt(found)
    const rows: RowsBatch = {
      kind: 'rows',
      rows: this.#identities.reduce((all, field) => withIdentity(all, field, existing, rowNumber), given),
    }
    this.#rules.check(rows, rowNumber)
    return { rows, rowNumber }
  }

  #rowsAt(indexes: readonly number[]): { readonly rows: readonly Row[]; readonly rowNumber: RowNumber } {
    const rows = indexes.flatMap((index) => this.#source.rows.slice(index, index + 1))
    return { rows, rowNumber: (index) => (indexes[index] ?? 0) + 1 }
  }
}

/** Rows with the identity values of those that they replace. @throws {DeltaError} `invalid-argument` for a row with another. */
function withIdentity(
  rows: readonly Row[],
  field: StructField,
  existing: ColumnBatch,
  rowNumber: RowNumber,
): readonly Row[] {
  const { name } = field
  const read = memberReader(name)
  const cast = columnCaster({ ...field, nullable: true })
  return rows.map((row, index) => {
    const value = existing.columns.get(name)?.[index]
    const given = read(row)
    if (given === undefined) {
      const kept: Record<string, unknown> = { ...row }
      setMember(kept, name, value)
      return kept
    }
    const number = rowNumber(index)
    if (cast(given, number) === cast(value, number)) return row
    const message = `row ${number}: the identity column ${JSON.stringify(name)} is ${value} in the row that it replaces, and does not change: leave it out`
    throw new DeltaError('invalid-argument', message, { row: number, column: name })
  })
}
