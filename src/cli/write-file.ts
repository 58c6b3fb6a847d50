import { DeltaError, foundOrNone, isDeltaError } from '../errors.ts'
import type { Codec } from '../parquet/index.ts'
import { formatSchema, parseSchema, type StructType } from '../schema/index.ts'
import {
  createTable,
  openTable,
  type Table,
  type TableSettings,
  type TransactionId,
  type WriteResult,
} from '../table/index.ts'
import { type Input, type InputFormat, openInput, rowsInto } from './input/index.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'
import { readText } from './text-file.ts'

/** A table that is there is refused, or gets the rows beside its own, or in place of them. */
export const MODES = ['error', 'append', 'overwrite'] as const

export interface WriteRequest {
  readonly from: string
  readonly format: InputFormat | undefined
  /** What happens where a table is already. */
  readonly mode: (typeof MODES)[number]
  /** Which rows are overwritten; all unless said. */
  readonly where: object | undefined
  /** Path of a schema file. */
  readonly schema: string | undefined
  readonly partitionBy: readonly string[] | undefined
  readonly renameColumns: boolean
  readonly property: readonly (readonly [key: string, value: string])[]
  readonly codec: Codec | undefined
  readonly txn: TransactionId | undefined
}

/**
 * Writes a file into a table as one commit, and makes the table where there is none. When it fails, no reader sees
 * anything of it.
 * @throws {DeltaError} `already-exists` for a table that is there, unless the request is to append or to overwrite.
 */
export async function writeFile(location: string, request: WriteRequest, session: Session): Promise<WriteResult> {
  const { runtime, signal } = session
  const store = await storeAt(location, session)
  const settings: TableSettings = {
    store,
    runtime,
    signal,
    onWarning: (message) => session.note(`warning: ${message}`),
  }
  const existing = await foundOrNone(openTable(location, settings))
  if (existing !== undefined && request.mode === 'error') throw alreadyThere(location, existing.version)
  const input = await openInput(request.from, { format: request.format, rename: request.renameColumns }, session)
  try {
    return existing === undefined
      ? await writeNew(location, request, input, settings, session)
      : await writeTo(existing, request, input, session)
  } finally {
    await input.close()
  }
}

/** Version 0 has the rows in it: there is no moment at which the table is there without them. */
async function writeNew(
  location: string,
  request: WriteRequest,
  input: Input,
  settings: TableSettings,
  session: Session,
): Promise<WriteResult> {
  const { partitionBy, property, codec, txn } = request
  const schema = await schemaOf(request, input, session)
  try {
    const table = await createTable(location, {
      ...settings,
      schema,
      partitionBy,
      properties: Object.fromEntries(property),
      rows: input.rows(schema),
      write: { txn, codec, signal: session.signal },
    })
    await table.settled()
    const { version, rows, files, bytes } = table.info()
    return { version, rows: rows ?? 0, files, bytes, skipped: false }
  } catch (error) {
    if (request.mode === 'error' || !isDeltaError(error, 'already-exists')) throw error
    // Somebody else made the table just now.
    return await writeTo(await openTable(location, settings), request, input, session)
  }
}

async function writeTo(table: Table, request: WriteRequest, input: Input, session: Session): Promise<WriteResult> {
  return request.mode === 'overwrite'
    ? overwrite(table, request, input, session)
    : appendTo(table, request, input, session)
}

async function overwrite(table: Table, request: WriteRequest, input: Input, session: Session): Promise<WriteResult> {
  const { txn, codec, where, partitionBy } = request
  const given = request.schema === undefined ? undefined : await givenSchema(request.schema, session)
  if (given === undefined) checkSamePartitioning(partitionBy, table.partitionColumns)
  const rows = await rowsInto(given ?? table.schema, input)
  const written = await table.overwrite(rows, {
    ...(given && { schema: given, partitionBy }),
    where,
    txn,
    codec,
    signal: session.signal,
  })
  await table.settled()
  return written
}

async function appendTo(table: Table, request: WriteRequest, input: Input, session: Session): Promise<WriteResult> {
  checkSamePartitioning(request.partitionBy, table.partitionColumns)
  const { schema } = table
  if (
    request.schema !== undefined &&
    formatSchema(await givenSchema(request.schema, session)) !== formatSchema(schema)
  ) {
    session.note('the table has another schema than --schema says; the table keeps its own')
  }
  const { txn, codec } = request
  const rows = await rowsInto(schema, input)
  const written = await table.append(rows, { txn, codec, signal: session.signal })
  await table.settled()
  return written
}

async function schemaOf(request: WriteRequest, input: Input, session: Session): Promise<StructType> {
  if (request.schema !== undefined) return givenSchema(request.schema, session)
  const { schema, notices } = await input.schema()
  if (schema.fields.length === 0) {
    throw new DeltaError(
      'invalid-data',
      `${input.name} holds no rows, so its columns are unknown; give the schema of the table with --schema FILE`,
      { file: input.name },
    )
  }
  for (const notice of notices) session.note(`note: ${notice}`)
  return schema
}

async function givenSchema(path: string, session: Session): Promise<StructType> {
  return parseSchema(await readText(path, 'the schema file', session), {
    what: `the schema file ${path}`,
    code: 'invalid-argument',
  })
}

function checkSamePartitioning(given: readonly string[] | undefined, existing: readonly string[]): void {
  if (given === undefined || given.join() === existing.join()) return
  const found = existing.length === 0 ? 'not partitioned' : `partitioned by ${existing.join(', ')}`
  throw new DeltaError(
    'invalid-argument',
    `--partition-by ${given.join(',')}: the table is there and is ${found}; leave the option out, or write to a new location`,
  )
}

function alreadyThere(location: string, version: number): DeltaError {
  return new DeltaError(
    'already-exists',
    `${location} has a table already (version ${version}): add to it with --mode append, replace its rows with --mode overwrite, or choose another location`,
  )
}
