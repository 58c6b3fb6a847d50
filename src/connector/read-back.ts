import { openProfile, type SharedCatalog, type SharedTable } from '../client/index.ts'
import { DeltaError } from '../errors.ts'
import { openCandidate, type Share } from '../manifest/index.ts'
import { sharingHandler } from '../server/index.ts'
import { type ObjectStore, prefixStore } from '../store/index.ts'
import type { ConnectorContext } from './context.ts'
import type { LineageNames } from './lineage.ts'
import { countRuns } from './run-rows.ts'

/** A recipient's view of a share that nobody has seen yet. */
export interface Recipient {
  /** The names of all tables that it finds, as `schema.table`. */
  tables(): Promise<string[]>
  table(name: string): SharedTable
}

/** Answers in this process and nowhere else: no request leaves it. */
const ENDPOINT = 'http://candidate.invalid/delta-sharing'

/**
 * The share as its recipient would read it, through the real server and the real client, before anybody can. Nothing of it
 * is written anywhere.
 */
export async function openAsRecipient(context: ConnectorContext, share: Share, schema: string): Promise<Recipient> {
  const { runtime } = context
  const candidate = await openCandidate(share, { runtime })
  const refused = new Map<string, DeltaError>()
  const handler = sharingHandler({
    store: candidate.store,
    openTable: (location) => tableStore(context.store, location),
    runtime,
    endpoint: ENDPOINT,
    records: ({ requestId, error }) => {
      const { code, message } = error ?? {}
      if (code !== 'not-found' && code !== 'invalid-data') return
      refused.set(requestId, new DeltaError(code, `${message}; put it back as it was`, { blame: 'storage' }))
    },
  })
  // A recipient hears neither which object it is nor that it stays damaged: to one that is, it is an outage.
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await handler(new Request(input, init))
    const error = refused.get(response.headers.get('x-request-id') ?? '')
    if (error === undefined) return response
    throw error
  }
  const catalog: SharedCatalog = openProfile(
    { endpoint: ENDPOINT, bearerToken: candidate.bearerToken },
    { fetch, runtime },
  )
  return {
    tables: async () => (await catalog.allTables()).map((table) => `${table.schema}.${table.name}`),
    table: (name) => catalog.table(`${share.name}.${schema}.${name}`),
  }
}

/**
 * The store of a table below a root. It does not sign URLs, so that the server in between serves the bytes itself.
 * @throws {DeltaError} `invalid-data` for a location elsewhere.
 */
function tableStore(root: ObjectStore, location: string): ObjectStore {
  const above = root.location.endsWith('/') ? root.location : `${root.location}/`
  if (!location.startsWith(above)) {
    throw new DeltaError('invalid-data', `the share shows a table at ${location}, which does not lie below ${above}`)
  }
  const { presigner: _, lender: __, ...store } = prefixStore(root, location.slice(above.length))
  return store
}

/** How a table of a workflow is read back. */
interface ReadBackOptions {
  /** What its columns of the lineage are called. */
  readonly lineage: LineageNames
  readonly signal: AbortSignal | undefined
}

/**
 * Reads the rows of a run in a shared table, as its recipient.
 * @param options.isAlone whether the table is to show nothing else.
 * @throws {DeltaError} `invalid-data` unless they are all there, each once, numbered from 0.
 */
export async function checkRunShown(
  table: SharedTable,
  { runId, rows }: { readonly runId: string; readonly rows: number },
  { lineage, isAlone, signal }: ReadBackOptions & { readonly isAlone: boolean },
): Promise<void> {
  const seen = new Uint8Array(rows)
  let count = 0
  const { KADOA_RUN_ID: idColumn, KADOA_ROW_INDEX: indexColumn } = lineage
  const columns = [idColumn, indexColumn]
  const where = isAlone ? {} : { where: { [idColumn]: runId } }
  for await (const row of table.read({ columns, ...where, signal })) {
    const index = Number(row[indexColumn])
    const found = row[idColumn]
    if (found !== runId) throw notShown(table, runId, `rows of run ${String(found)} beside it`)
    if (!Number.isInteger(index) || index < 0 || index >= rows || seen[index] === 1) {
      throw notShown(table, runId, `row index ${index}, which is there twice or beyond its ${rows} rows`)
    }
    seen[index] = 1
    count++
  }
  if (count !== rows) throw notShown(table, runId, `${count} of its ${rows} rows`)
}

/**
 * Counts the rows of each run in a shared table, as its recipient: for runs of which some rows may have been erased.
 * @throws {DeltaError} `invalid-data` for a run with another number.
 */
export async function checkRunsShown(
  table: SharedTable,
  runs: readonly { readonly runId: string; readonly rows: number }[],
  { lineage, signal }: ReadBackOptions,
): Promise<void> {
  const counts = await countRuns(table, lineage, signal)
  for (const { runId, rows } of runs) {
    const count = counts.get(runId) ?? 0
    if (count !== rows) throw notShown(table, runId, `${count} of its ${rows} rows`)
  }
}

/**
 * Counts the rows that a recipient gets of a table.
 * @throws {DeltaError} `invalid-data` for another number.
 */
export async function checkRowsShown(
  table: SharedTable,
  rows: number,
  { lineage, signal }: ReadBackOptions,
): Promise<void> {
  let count = 0
  for await (const { length } of table.readColumns({ columns: [lineage.KADOA_ROW_INDEX], signal })) count += length
  if (count === rows) return
  throw new DeltaError(
    'invalid-data',
    `${table.name} would show ${count} rows, expected ${rows}; nothing was published`,
    {
      blame: 'storage',
    },
  )
}

function notShown(table: SharedTable, runId: string, found: string): DeltaError {
  return new DeltaError(
    'invalid-data',
    `${table.name} would not show run ${runId} as it is: a recipient finds ${found}; nothing was published`,
    { blame: 'storage' },
  )
}
