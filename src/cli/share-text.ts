import { formatJson } from '../json.ts'
import type { Share, TableEntry } from '../manifest/index.ts'
import { formatFields, formatGrid } from './grid.ts'

/** A share for people: what it is, who may read it where that was asked, then its tables. */
export function formatShare(share: Share, recipients?: readonly string[]): string {
  const fields = formatFields([
    ['share', share.name],
    ...(share.displayName === undefined ? [] : [['display name', share.displayName] as const]),
    ...(share.comment === undefined ? [] : [['comment', share.comment] as const]),
    ['created', share.createdAt],
    ['generation', share.generation],
    ...Object.entries(share.properties ?? {}).map(([key, value]) => ['property', `${key}=${value}`] as const),
    ...(recipients === undefined ? [] : [['recipients', recipients.join(', ') || 'none'] as const]),
  ])
  return share.tables.length === 0 ? `${fields}\nno tables yet` : `${fields}\n\n${formatTables(share.tables)}`
}

function formatTables(tables: readonly TableEntry[]): string {
  const isFiltered = tables.some(({ partition }) => partition !== undefined)
  return formatGrid(
    ['table', 'version', 'history', ...(isFiltered ? ['partitions'] : []), 'location'],
    tables.map((table) => [
      `${table.schema}.${table.name}`,
      String(table.version),
      formatHistory(table),
      ...(isFiltered ? [table.partition === undefined ? 'all' : formatJson(table.partition)] : []),
      table.location,
    ]),
  )
}

function formatHistory({ history, startVersion }: TableEntry): string {
  if (!history) return 'no'
  return startVersion === undefined ? 'yes' : `from ${startVersion}`
}
