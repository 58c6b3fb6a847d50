import { DeltaError, throwIfAborted } from '../errors.ts'
import type { AddFile } from '../log/index.ts'
import { formatAdd, parseAdd } from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import { formatSchema, lengthOf, piecesOf, type RowsBatch } from '../schema/index.ts'
import { DataFiles, type DataFilesSettings } from './data-files.ts'
import type { RowRules } from './row-rules.ts'

/**
 * Data files that are written but not committed: plain JSON, so that many machines can stage and one commit
 * (`JSON.stringify` and `JSON.parse` keep it whole). Invisible to readers until it is committed.
 */
export interface StagedPart {
  /** The add actions, each as its JSON text in the log. */
  readonly files: readonly string[]
  readonly rows: number
  readonly bytes: number
  /** Schema JSON that the rows were encoded with. */
  readonly schema: string
  /** The SQL of the constraints that the rows keep. */
  readonly constraints: readonly string[]
}

export interface StageSettings extends DataFilesSettings {
  /** What the table asks of rows; used for one write only. */
  readonly rules: RowRules
}

/**
 * Writes rows into data files, one or more a partition.
 * @throws {DeltaError} `invalid-argument` naming row and column of a value that does not fit, or the rule that it breaks; then nothing is left behind.
 */
export async function stageBatches(batches: AsyncIterable<RowsBatch>, settings: StageSettings): Promise<StagedPart> {
  const { schema, rules } = settings
  const files = new DataFiles(settings)
  let rows = 0
  try {
    for await (const { batch, rowNumber } of newRows(batches, settings)) {
      await files.write(batch, rowNumber)
      rows += lengthOf(batch)
    }
    const adds = await files.finish()
    return {
      files: adds.map((add) => formatAdd(add)),
      rows,
      bytes: adds.reduce((sum, add) => sum + add.size, 0),
      schema: formatSchema(schema),
      constraints: rules.constraints,
    }
  } catch (error) {
    await files.abort()
    throw error
  }
}

/**
 * New rows as they are to be written, some at a time, numbered from 1 through all of them.
 * @throws {DeltaError} `invalid-argument` for a row that breaks a rule.
 */
export async function* newRows(
  batches: AsyncIterable<RowsBatch>,
  { rules, signal }: Pick<StageSettings, 'rules' | 'signal'>,
): AsyncGenerator<{ readonly batch: RowsBatch; readonly rowNumber: RowNumber }> {
  let rows = 0
  for await (const batch of batches) {
    for (const piece of piecesOf(batch)) {
      throwIfAborted(signal)
      const firstRow = rows + 1
      const rowNumber: RowNumber = (index) => firstRow + index
      yield { batch: rules.apply(piece, rowNumber), rowNumber }
      rows += lengthOf(piece)
    }
  }
}

/** The add actions of a staged part, which may come from another machine. @throws {DeltaError} `invalid-data` when it is not one. */
export function addsOf(part: StagedPart): AddFile[] {
  if (!isStagedPart(part)) {
    throw new DeltaError('invalid-data', 'something among the parts is no staged part: give what stage() resolved to')
  }
  return part.files.map((text) => parseAdd(text))
}

function isStagedPart(part: Partial<StagedPart> | null | undefined): part is StagedPart {
  if (typeof part !== 'object' || part === null) return false
  const { files, rows, bytes, schema, constraints } = part
  const counts = Number.isSafeInteger(rows) && Number.isSafeInteger(bytes)
  return counts && typeof schema === 'string' && [files, constraints].every(isTexts)
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((text) => typeof text === 'string')
}
