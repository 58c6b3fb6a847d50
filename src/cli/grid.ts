/** Rows of cells as aligned text under a header, for people. An absent cell is left blank; numbers stand to the right. */
export function formatGrid(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => header.map((_, column) => cellText(row[column])))
  const widths = header.map((name, column) =>
    texts.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), name.length),
  )
  const right = header.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (right[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(header), ...texts.map(line)].join('\n')
}

export type Cell = string | number | boolean | null | undefined

function cellText(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell)
}

/** Names with their values, one a line, the values under each other. */
export function formatFields(fields: readonly (readonly [name: string, value: Cell])[]): string {
  const width = fields.reduce((most, [name]) => Math.max(most, name.length), 0)
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${cellText(value)}`.trimEnd()).join('\n')
}

const UNITS = ['kB', 'MB', 'GB', 'TB']

/** Bytes in units of a thousand: `813 B`, `23.4 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  let value = bytes
  let unit = 'B'
  for (const next of UNITS) {
    if (value < 999.95) break
    value /= 1000
    unit = next
  }
  return `${value.toFixed(1)} ${unit}`
}

/** `1 row`, `12,345 rows`. */
export function formatCount(count: number, noun: string): string {
  return `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')} ${noun}${count === 1 ? '' : 's'}`
}
