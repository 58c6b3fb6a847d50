import type { ShownTable } from '../../manifest/index.ts'

/** A table of which no earlier version is to be read: what those hold may have been taken back while nobody could see it. */
export function fromNowOn({ startVersion: _, ...table }: ShownTable): ShownTable {
  return table.history === true && typeof table.version === 'number' ? { ...table, startVersion: table.version } : table
}
