import type { CdcFile } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import type { RowsBatch, StructField, StructType } from '../schema/index.ts'
import { DataFiles, type DataFilesSettings } from './data-files.ts'
import { fillColumns } from './fill-columns.ts'

/** What happened to a row (PROTOCOL.md "Change Data Files"). */
export type ChangeType = 'insert' | 'update_preimage' | 'update_postimage' | 'delete'

const CHANGE_TYPE: StructField = { name: '_change_type', type: { type: 'string' }, nullable: true, metadata: {} }

/** The change files of one commit on their way, one or more a partition: rows, each with what happened to it. */
export class ChangeFiles {
  readonly #files: DataFiles
  #isBegun = false

  constructor(settings: DataFilesSettings) {
    const schema: StructType = { type: 'struct', fields: [...settings.schema.fields, CHANGE_TYPE] }
    this.#files = new DataFiles({ ...settings, schema, workers: 0, kind: 'change' })
  }

  /** Whether any change was told: then the commit is told by change files alone, and all of its changes must be. */
  get isBegun(): boolean {
    return this.#isBegun
  }

  async write(rows: RowsBatch, type: ChangeType, rowNumber: RowNumber): Promise<void> {
    this.#isBegun = true
    const told = fillColumns(rows, [{ column: CHANGE_TYPE.name, value: () => type }], rowNumber)
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
