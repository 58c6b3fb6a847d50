import { openProfile } from '../../client/index.ts'
import { DeltaError } from '../../errors.ts'
import { formatRowJson, type Row, type StructType } from '../../schema/index.ts'
import type { Profile } from '../../wire/index.ts'
import type { Session } from '../session.ts'

/**
 * Reads a shared table over HTTP, as its recipient does, and compares it with the rows that it should have, in any order.
 * @returns how many rows there are. @throws {DeltaError} `internal` when they are not the same.
 */
export async function readBack(
  profile: Profile,
  sharedTable: string,
  expected: AsyncIterable<Row> | Iterable<Row>,
  { schema, session }: { readonly schema: StructType; readonly session: Session },
): Promise<number> {
  const { runtime, signal } = session
  const shared = openProfile(profile, { runtime }).table(sharedTable)
  const format = formatRowJson(schema)
  const received = await lines(shared.read({ signal }), format)
  const sent = await lines(expected, format)
  const differs = received.length !== sent.length || received.some((line, i) => line !== sent[i])
  if (differs) {
    throw new DeltaError(
      'internal',
      `the recipient read ${received.length} rows that are not the ${sent.length} of the table`,
    )
  }
  return received.length
}

async function lines(rows: AsyncIterable<Row> | Iterable<Row>, format: (row: Row) => string): Promise<string[]> {
  const all: string[] = []
  for await (const row of rows) all.push(format(row))
  return all.sort()
}
