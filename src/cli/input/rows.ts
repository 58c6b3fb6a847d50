import { DeltaError } from '../../errors.ts'
import { type InferredSchema, type Row, schemaInference } from '../../schema/index.ts'

/** The schema that all rows of a file allow. @throws {DeltaError} `invalid-data` when there is no row. */
export async function inferFromRows(batches: AsyncIterable<readonly Row[]>, name: string): Promise<InferredSchema> {
  const inference = schemaInference()
  let rows = 0
  for await (const batch of batches) {
    inference.add(batch)
    rows += batch.length
  }
  if (rows === 0) {
    throw new DeltaError(
      'invalid-data',
      `${name} holds no rows, so its columns are unknown; give the schema of the table with --schema FILE`,
      { file: name },
    )
  }
  return inference.result()
}
