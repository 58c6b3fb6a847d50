// Compiled, never run: the package's types as a strict TypeScript project meets them.
import { createTable, DeltaError, openTable, type Table } from 'deltaquill'
import { openProfile } from 'deltaquill/client'
import { loadSnapshot, type Snapshot } from 'deltaquill/log'
import { parquetEncoder } from 'deltaquill/parquet'
import { sharingHandler } from 'deltaquill/server'
import { serve } from 'deltaquill/server/node'
import { memoryStore, type ObjectStore } from 'deltaquill/store'
import { localStore } from 'deltaquill/store/local'

const store: ObjectStore = memoryStore()
const table: Table = await createTable('memory://consumer', { partitionBy: ['country'] })
const { version, rows }: { version: number; rows: number } = await table.append([{ id: 1, country: 'DE' }])
const snapshot: Snapshot = await loadSnapshot(store, { version })

for await (const row of (await openTable('memory://consumer')).read({ columns: ['id'] })) {
  const id: unknown = row.id
  // @ts-expect-error a value of a row is unknown until somebody looked at it
  const wrong: number = row.id
  console.log(id, wrong)
}

// @ts-expect-error a location is required
await openTable()

export function explain(error: unknown): string {
  return error instanceof DeltaError && error.code === 'commit-unknown' ? `resolve ${error.details.token}` : 'other'
}
export const used = [rows, snapshot.schema, openProfile, parquetEncoder, sharingHandler, serve, localStore]
