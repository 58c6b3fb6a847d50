import { fieldAt, type Row } from '../schema/index.ts'
import type { Table } from '../table/index.ts'
import type { Erasure, Key, KeyValue } from './erasure.ts'
import { isObject } from './public-json.ts'

/** With each text in Unicode forms that look the same: as it was given, composed and decomposed. */
export function inAllForms(erasure: Erasure): Erasure {
  const { keys, alsoInActivityLog, proof, ...rest } = erasure
  return {
    ...rest,
    ...(keys && { keys: keys.flatMap((key) => variantsOf(key, (_, value) => formsOf(value))) }),
    ...(alsoInActivityLog && { alsoInActivityLog: alsoInActivityLog.flatMap(formsOf) }),
    ...(proof && { proof: proof.flatMap(formsOf) }),
  }
}

function formsOf<V extends KeyValue>(value: V): (V | string)[] {
  return typeof value === 'string' ? [...new Set([value, value.normalize('NFC'), value.normalize('NFD')])] : [value]
}

/**
 * With each key also as a table spells it, where that is a mix of forms: `ê` and a dot below for `ệ`. What is looked for in one
 * spelling only stays in others, and would be proven gone all the same. Only letters beyond ASCII have more than one, and for other
 * keys nothing is read.
 */
export async function asSpelledIn(table: Table, erasure: Erasure, signal: AbortSignal | undefined): Promise<Erasure> {
  const { keys = [] } = erasure
  const sought = keys.flatMap((key) => Object.entries(key)).filter(([, value]) => hasSpellings(value))
  const columns = [...new Set(sought.map(([column]) => column))].filter((column) => isText(table, column))
  if (columns.length === 0) return erasure
  const spellings = new Map(sought.map(([column, value]) => [nameOf(column, value), new Set<string>()]))
  const tops = [...new Set(columns.map((column) => column.split('.')[0] ?? column))]
  for await (const row of table.read({ columns: tops, signal })) {
    for (const column of columns) {
      const value = valueAt(row, column)
      if (typeof value === 'string') spellings.get(nameOf(column, value))?.add(value)
    }
  }
  const spelled = (column: string, value: KeyValue): KeyValue[] => [
    ...new Set([value, ...(spellings.get(nameOf(column, value)) ?? [])]),
  ]
  return { ...erasure, keys: distinct(keys.flatMap((key) => variantsOf(key, spelled))) }
}

/** Whether a text stands anywhere in a value, at any depth. */
export function holdsOne(value: unknown, texts: readonly string[]): boolean {
  if (typeof value === 'string') {
    // Texts come composed too, and what holds one in a mix of forms is composed here.
    return [value, value.normalize('NFC')].some((each) =>
      texts.some((text) => each.includes(text) || each.includes(escaped(text))),
    )
  }
  if (typeof value === 'number' || typeof value === 'bigint') return texts.includes(String(value))
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, each]) => holdsOne(name, texts) || holdsOne(each, texts))
}

/** A key with each of the values that its columns may have. */
function variantsOf(key: Key, valuesOf: (column: string, value: KeyValue) => readonly KeyValue[]): Key[] {
  return Object.entries(key).reduce<Key[]>(
    (keys, [column, given]) =>
      valuesOf(column, given).flatMap((value) => keys.map((each) => ({ ...each, [column]: value }))),
    [{}],
  )
}

function hasSpellings(value: KeyValue): boolean {
  return typeof value === 'string' && /[^ -~]/.test(value)
}

function isText({ schema }: Table, column: string): boolean {
  return fieldAt(schema, column.split('.'))?.type.type === 'string'
}

/** One name for all spellings of a text in a column. */
function nameOf(column: string, value: KeyValue): string {
  return `${column} ${String(value).normalize('NFC')}`
}

function valueAt(row: Row, column: string): unknown {
  return column.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), row)
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()]
}

/** As it stands within a text that is JSON itself. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
