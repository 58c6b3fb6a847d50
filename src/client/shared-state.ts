import { DeltaError } from '../errors.ts'
import { checkReadable, columnsMatchBy, tableSchema } from '../log/index.ts'
import { hasColumnMapping, parseSchema, type StructType } from '../schema/index.ts'
import type {
  DeltaMetadata,
  DeltaProtocol,
  ParquetMetadata,
  ParquetProtocol,
  ResponseFormat,
  SharedTableFacts,
} from '../wire/index.ts'

/** What the head of an answer says of a table, in either format. */
export interface SharedState {
  readonly format: ResponseFormat
  readonly id: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly schema: StructType
  readonly partitionColumns: readonly string[]
  readonly properties: Readonly<Record<string, string>>
  /** By what the columns are found in data files. */
  readonly matchBy: 'name' | 'id'
  readonly facts: SharedTableFacts
}

/**
 * @param table what to call the table in a message.
 * @throws {DeltaError} `unsupported` for a table that this format cannot express, or a newer protocol.
 */
export function stateOfParquet(
  { minReaderVersion }: ParquetProtocol,
  metadata: ParquetMetadata,
  table: string,
): SharedState {
  if (minReaderVersion !== 1) {
    throw new DeltaError(
      'unsupported',
      `the shared table ${table} needs reader version ${minReaderVersion} of the sharing protocol, this client has 1: use a newer client`,
      { feature: `minReaderVersion ${minReaderVersion}` },
    )
  }
  const { id, name, description, partitionColumns, configuration } = metadata
  const schema = parseSchema(metadata.schemaString)
  if (hasColumnMapping(schema)) throw mapped(table)
  const known = { id, name, description, schema, partitionColumns, properties: configuration }
  return { format: 'parquet', ...known, matchBy: 'name', facts: metadata }
}

/** @throws {DeltaError} `unsupported` naming each feature that stands in the way; `invalid-data`. */
export function stateOfDelta({ deltaProtocol }: DeltaProtocol, metadata: DeltaMetadata, table: string): SharedState {
  const { deltaMetadata } = metadata
  checkReadable(deltaProtocol, deltaMetadata, `the shared table ${table}`)
  const { id, name, description, partitionColumns, configuration } = deltaMetadata
  const known = {
    id,
    name,
    description,
    schema: tableSchema(deltaMetadata),
    partitionColumns,
    properties: configuration,
  }
  return { format: 'delta', ...known, matchBy: columnsMatchBy(deltaMetadata), facts: metadata }
}

/** This format has no word for column mapping: whether files and partition values go by it, nobody says. */
function mapped(table: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `the shared table ${table} has column mapping, which responseformat=parquet cannot express: ask the provider to share it by a server that has responseformat=delta`,
    { feature: 'columnMapping' },
  )
}
