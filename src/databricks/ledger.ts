import { foundOrNone } from '../errors.ts'
import { loadShare, type Share, type TableEntry, type TableName } from '../manifest/index.ts'
import type { PlaneContext } from './plane-context.ts'
import { aliasKey } from './share-changes.ts'

/** What the ledger says of a share, undefined where it knows none. */
export function findLedgerShare({ ledger, runtime }: PlaneContext, name: string): Promise<Share | undefined> {
  return foundOrNone(loadShare(ledger, name, { runtime }))
}

/** The entries of a share by the names that recipients use, in lower case. */
export function entriesOf(share: Pick<Share, 'tables'> | undefined): ReadonlyMap<string, TableEntry> {
  return new Map(share?.tables.map((entry) => [aliasKey(entry), entry]))
}

/** The tables of the first share that lie elsewhere in the second, or are not in it. */
export function leftPlaces(before: Share, after: Share): TableName[] {
  const now = entriesOf(after)
  return before.tables.filter((entry) => now.get(aliasKey(entry))?.location !== entry.location)
}
