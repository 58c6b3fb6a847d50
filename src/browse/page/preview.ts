import type { SharedTable } from '../../client/index.ts'
import { type DeltaType, type Row, type StructType, toJsonText, toText } from '../../schema/index.ts'
import { element, scrollingTable } from './dom.ts'
import { counted } from './words.ts'

const PREVIEW_ROWS = 50
/** Characters of a value that are shown. */
const MAX_TEXT = 200
/** Characters up to which a value stays on one line. */
const ONE_LINE = 40

/** The first rows of a table, read by our own client from its data files. */
export async function previewView(table: SharedTable, schema: StructType, signal: AbortSignal): Promise<HTMLElement> {
  const rows: Row[] = []
  for await (const row of table.read({ limit: PREVIEW_ROWS, signal })) rows.push(row)
  if (rows.length === 0) return element('p', { class: 'quiet' }, 'The table has no rows.')
  const head = schema.fields.map(({ name, type }) =>
    element('th', { scope: 'col', class: isNumber(type) ? 'number' : undefined }, name),
  )
  const caption = rows.length < PREVIEW_ROWS ? `All ${counted(rows.length, 'row')}` : `The first ${rows.length} rows`
  return element(
    'div',
    {},
    element('p', { class: 'quiet' }, `${caption}, in no particular order.`),
    scrollingTable(
      caption,
      head,
      rows.map((row) => element('tr', {}, ...schema.fields.map(({ name, type }) => cell(row[name], type)))),
    ),
  )
}

function cell(value: unknown, type: DeltaType): HTMLTableCellElement {
  if (value === null || value === undefined) return element('td', { class: 'null' }, 'null')
  const text = cellText(value, type)
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return element('td', { class: isNumber(type) ? 'number' : shown.length > ONE_LINE ? 'long' : undefined }, shown)
}

function cellText(value: unknown, { type }: DeltaType): string {
  const hasParts = type === 'struct' || type === 'array' || type === 'map' || type === 'variant'
  return (hasParts ? toJsonText(value) : toText(value)) ?? ''
}

const NUMBERS: ReadonlySet<string> = new Set(['long', 'integer', 'short', 'byte', 'float', 'double', 'decimal'])

function isNumber({ type }: DeltaType): boolean {
  return NUMBERS.has(type)
}
