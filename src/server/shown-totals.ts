import type { TableEntry } from '../manifest/index.ts'
import type { SharedTableFacts } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'
import { partitionFilter, partitionFilterId } from './partition-filter.ts'

/**
 * How many files a share shows of a table, and their bytes: those of the partitions shown, and nothing where they have not
 * been counted.
 */
export async function shownTotals(table: LoadedTable, entry: TableEntry): Promise<SharedTableFacts> {
  const { numFiles, sizeInBytes } = table
  if (numFiles === undefined || sizeInBytes === undefined) return {}
  const filterId = partitionFilterId(entry)
  if (filterId === undefined) return { size: sizeInBytes, numFiles }
  const known = counted.get(table)?.get(filterId) ?? count(table, entry)
  counted.set(table, new Map(counted.get(table)).set(filterId, known))
  return known
}

const counted = new WeakMap<LoadedTable, ReadonlyMap<string, Promise<SharedTableFacts>>>()

async function count(table: LoadedTable, entry: TableEntry): Promise<SharedTableFacts> {
  const isShown = partitionFilter(entry, table)
  let size = 0
  let numFiles = 0
  for await (const files of table.files()) {
    for (const file of files) {
      if (!isShown(file)) continue
      size += file.size
      numFiles++
    }
  }
  return { size, numFiles }
}
