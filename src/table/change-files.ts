import type { CdcFile } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import { changeSchema } from '../scan/index.ts'
import type { RowsBatch, StructType } from '../schema/index.ts'
import { DataFiles, type DataFilesSettings } from './data-files.ts'
import { fillColumns } from './fill-columns.ts'

/** What happened to a row (PROTOCOL.md "Change Data Files"). */
export type ChangeType = 'insert' | 'update_preimage' | 'update_postimage' | 'delete'

/** Columns of a change that are told by its commit, and do not stand in files. */
const BY_THE_COMMIT: readonly string[] = ['_commit_version', '_commit_timestamp']

/** The change files of one commit on their way, one or more a partition: rows, each with what happened to it. */
export class ChangeFiles {
  readonly #files: DataFiles
  #isBegun = false

  /** @throws {DeltaError} `unsupported` for a table with a column that is called like one of its changes. */
  constructor(settings: DataFilesSettings) {
    const fields = changeSchema(settings.schema).fields.filter(({ name }) => !BY_THE_COMMIT.includes(name))
    const schema: StructType = { type: 'struct', fields }
    this.#files = new DataFiles({ ...settings, schema, workers: 0, kind: 'change' })
  }

  /** Whether any change was told: then the commit is told by change files alone, and all of its changes must be. */
  get isBegun(): boolean {
    return this.#isBegun
  }

  async write(rows: RowsBatch, type: ChangeType, rowNumber: RowNumber): Promise<void> {
    this.#isBegun = true
    const told = fillColumns(rows, [{ column: '_change_type', value: () => type }], rowNumber)
    await this.#files.write(told, rowNumber)
  }

  async finish(): Promise<CdcFile[]> {
    const files = await this.#files.finish()
    return files.map(({ path, partitionValues, size }) => ({ path, partitionValues, size, dataChange: false }))
  }

  async abort(): Promise<void> {
    await this.#files.abort()
  }
}
