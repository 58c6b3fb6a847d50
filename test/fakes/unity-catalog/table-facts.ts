import { isDeltaError } from '../../../src/errors.ts'
import { isEnabled, loadSnapshot, type Snapshot } from '../../../src/log/index.ts'
import type { FakeMetastore } from './metastore.ts'
import { Refusal } from './refusal.ts'
import type { FakeColumn } from './tables.ts'

/** What a workspace reads from the log of a table. */
export interface TableFacts {
  readonly version: number
  readonly deletionVectors: boolean
}

/** Where the fake was given no way to open tables it takes them for new ones. */
export async function tableFacts(metastore: FakeMetastore, location: string): Promise<TableFacts> {
  const snapshot = await opened(metastore, location)
  if (snapshot === undefined) return { version: 0, deletionVectors: false }
  const { version, metadata } = snapshot
  return { version, deletionVectors: isEnabled(metadata.configuration, 'delta.enableDeletionVectors') }
}

/** The columns of a table, as SQL finds them. */
export async function tableColumns(metastore: FakeMetastore, location: string): Promise<FakeColumn[]> {
  const snapshot = await opened(metastore, location)
  return (snapshot?.schema.fields ?? []).map((field, position) => {
    const simple = typeof field.type === 'string' ? field.type : field.type.type
    return {
      name: field.name,
      type_name: nameOf(simple),
      type_text: simple,
      type_json: JSON.stringify(field),
      position,
      nullable: field.nullable,
    }
  })
}

async function opened({ openTable }: FakeMetastore, location: string): Promise<Snapshot | undefined> {
  if (openTable === undefined) return undefined
  try {
    return await loadSnapshot(await openTable(location))
  } catch (error) {
    if (!isDeltaError(error)) throw error
    throw new Refusal(400, 'DELTA_READ_FAILED', `There is no Delta table to be read at '${location}': ${error.message}`)
  }
}

const NAMES: Readonly<Record<string, FakeColumn['type_name']>> = {
  integer: 'INT',
  long: 'LONG',
  short: 'SHORT',
  byte: 'BYTE',
  string: 'STRING',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  binary: 'BINARY',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamp_ntz: 'TIMESTAMP_NTZ',
  struct: 'STRUCT',
  array: 'ARRAY',
  map: 'MAP',
}

function nameOf(type: string): FakeColumn['type_name'] {
  return NAMES[type] ?? (type.startsWith('decimal') ? 'DECIMAL' : 'USER_DEFINED_TYPE')
}
