import { z } from 'zod'
import { openTable } from '../../src/index.ts'
import type { Storage } from './place.ts'
import { python } from './python.ts'
import { type ComparableRow, comparableRow, inOrder } from './sample.ts'
import { spark } from './spark/call.ts'

/** What each reader found: rows, or the text of its failure. */
const findings = z.record(z.string(), z.union([z.string(), z.array(z.record(z.string(), z.unknown()))]))

/** The rows that every reader finds, ours included, in the order of their ids; or why it finds none. */
export async function readersOf(location: string, storage: Storage = {}): Promise<Record<string, unknown>> {
  const ours: ComparableRow[] = []
  for await (const row of (await openTable(location)).read()) ours.push(comparableRow(row))
  const [byPython, bySpark] = await Promise.all([
    python('tables', 'read', { path: location, storage }),
    // For S3 it needs Hadoop's client, and that the whole SDK of AWS for Java.
    Object.keys(storage).length === 0 ? spark('read-table', { path: location }) : {},
  ])
  const all = { ...findings.parse(byPython), ...findings.parse(bySpark), deltaquill: ours }
  return Object.fromEntries(
    Object.entries(all).map(([reader, read]) => [reader, typeof read === 'string' ? read : inOrder(read)]),
  )
}
