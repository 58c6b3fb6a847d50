import { type InferredSchema, type Row, schemaInference } from '../../schema/index.ts'

/** The schema that all rows of a file allow; without columns where there is no row. */
export async function inferFromRows(batches: AsyncIterable<readonly Row[]>): Promise<InferredSchema> {
  const inference = schemaInference({ nested: true })
  for await (const batch of batches) inference.add(batch)
  return inference.result()
}
