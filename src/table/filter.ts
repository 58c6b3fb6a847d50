import type { AddFile, Snapshot } from '../log/index.ts'
import type { PhysicalBatch } from '../parquet/index.ts'
import { formatSql, matchesRow, type Predicate, parseFilter } from '../predicate/index.ts'
import { matchesIn } from '../scan/index.ts'
import { type PhysicalTree, physicalAt } from '../schema/index.ts'
import { rowsIn } from './info.ts'
import type { RowChange } from './rewriter.ts'

/** Which rows of a table a verb is about: all of them without a predicate. */
export class Filter {
  readonly #snapshot: Snapshot
  readonly predicate: Predicate | undefined

  /** @throws {DeltaError} `invalid-argument` for a filter that does not fit the schema. */
  constructor(snapshot: Snapshot, where: object | undefined) {
    this.#snapshot = snapshot
    this.predicate = where === undefined ? undefined : parseFilter(where, snapshot.schema)
  }

  /** Whether a file may hold rows that pass: what a transaction reads that looks for them. */
  readonly mayPass = (file: AddFile): boolean => this.#passesIn(file) !== 'none'

  /** The files with rows that pass: those of which all do, and are counted, and those that must be looked at. */
  files(): { readonly whole: readonly AddFile[]; readonly others: readonly AddFile[] } {
    const whole: AddFile[] = []
    const others: AddFile[] = []
    for (const file of this.#snapshot.files()) {
      const passes = this.#passesIn(file)
      if (passes === 'none') continue
      const isWhole = passes === 'all' && rowsIn(file, this.#snapshot.schema) !== null
      ;(isWhole ? whole : others).push(file)
    }
    return { whole, others }
  }

  /** The change of the rows that pass. */
  change(become?: RowChange['become']): RowChange {
    return { where: this.predicate, changes: passing(this.predicate), become }
  }

  /** As the table's history tells it: a list of one text, or of none. */
  text(options: { readonly withoutValues?: boolean | undefined } = {}): string {
    return JSON.stringify(this.predicate ? [formatSql(this.predicate, options)] : ['true'])
  }

  #passesIn(file: AddFile): 'none' | 'some' | 'all' {
    return matchesIn(file, this.predicate, this.#snapshot.schema, this.#snapshot.partitionColumns)
  }
}

function passing(predicate: Predicate | undefined): RowChange['changes'] {
  if (predicate === undefined) return () => true
  const test = matchesRow(predicate)
  return (batch, index) => test((path) => valueAt(batch, path, index)) === true
}

function valueAt({ columns }: PhysicalBatch, path: readonly string[], index: number): PhysicalTree | null {
  return physicalAt(columns.get(path[0] ?? '')?.[index] ?? null, path, 1)
}
