import type { Share, TableEntry } from '../manifest/index.ts'
import { formatFields, formatGrid } from './grid.ts'

/** A share for people: what it is, then its tables. */
export function formatShare(share: Share): string {
  const fields = formatFields([
    ['share', share.name],
    ...(share.comment === undefined ? [] : [['comment', share.comment] as const]),
    ['created', share.createdAt],
    ['generation', share.generation],
  ])
  return share.tables.length === 0 ? `${fields}\nno tables yet` : `${fields}\n\n${formatTables(share.tables)}`
}

function formatTables(tables: readonly TableEntry[]): string {
  return formatGrid(
    ['table', 'version', 'history', 'location'],
    tables.map((table) => [
      `${table.schema}.${table.name}`,
      String(table.version),
      formatHistory(table),
      table.location,
    ]),
  )
}

function formatHistory({ history, startVersion }: TableEntry): string {
  if (!history) return 'no'
  return startVersion === undefined ? 'yes' : `from ${startVersion}`
}
