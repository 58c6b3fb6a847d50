import { DeltaError } from '../../errors.ts'
import { type ColumnBatch, columnsFromArrow, schemaFromArrow } from '../../schema/index.ts'
import type { Input } from './input.ts'
import type { ByteSource } from './source.ts'

/**
 * An Arrow IPC file or stream (Feather v2 is the same), whole in memory.
 * @throws {DeltaError} `invalid-data` when it is none.
 */
export async function arrowInput(source: ByteSource): Promise<Input> {
  const bytes = await source.access().read(0, source.size)
  // Loaded for Arrow files only: it is by far the largest of our dependencies.
  const { tableFromIPC } = await import('apache-arrow')
  const table = parse(() => tableFromIPC(bytes), source.name)
  return {
    name: source.name,
    schema: async () => ({ schema: schemaFromArrow(table.schema), notices: [] }),
    rows: () => eachOf(columnsFromArrow(table)),
    close: () => source.close(),
  }
}

function parse<T>(read: () => T, name: string): T {
  try {
    return read()
  } catch (error) {
    throw new DeltaError(
      'invalid-data',
      `${name} is no Arrow IPC file or stream, or it is cut off or damaged: check the format, or write the file again`,
      { file: name, cause: error },
    )
  }
}

async function* eachOf(batches: Iterable<ColumnBatch>): AsyncIterable<ColumnBatch> {
  yield* batches
}
