import { DeltaError } from '../errors.ts'
import type { StructType } from './types.ts'

/** What a column's name must not hold without column mapping: Spark and Parquet's own readers refuse it. */
const FORBIDDEN = /[ ,;{}()\n\t=]/
const FORBIDDEN_SHOWN = 'a space, tab, line break or one of , ; { } ( ) ='

/**
 * Holds the names of columns, nested ones included, to Delta's rules (PROTOCOL.md "Schema Serialization Format").
 * @throws {DeltaError} `invalid-argument` naming the column, for an empty name, a forbidden character, or a name that
 * differs from another only by case.
 */
export function checkColumnNames(schema: StructType): void {
  const seen = new Map<string, string>()
  for (const { name, type } of schema.fields) {
    if (name === '') throw refuse(name, 'a column has no name', 'give it one, or let --rename-columns call it "_"')
    if (FORBIDDEN.test(name)) {
      throw refuse(
        name,
        `column ${JSON.stringify(name)} has a name that Delta forbids: it holds ${FORBIDDEN_SHOWN}`,
        'rename it (--rename-columns writes "_" in its place), or use a table with column mapping',
      )
    }
    const lower = name.toLowerCase()
    const twin = seen.get(lower)
    if (twin !== undefined) throw refuse(name, `${sameName(twin, name)}, and Delta's names ignore case`, RENAME_ONE)
    seen.set(lower, name)
    if (type.type === 'struct') checkColumnNames(type)
  }
}

/** A name that Delta allows: `_` for every forbidden character, and for a name that is empty. */
export function renameColumn(name: string): string {
  return name === '' ? '_' : name.replace(new RegExp(FORBIDDEN, 'g'), '_')
}

/** As {@link renameColumn}, and unique ignoring case: a second `a_b` becomes `a_b_2`. Allowed names stay as they are. */
export function renameColumns(names: readonly string[]): string[] {
  const taken = new Set<string>()
  const take = (name: string): string => {
    taken.add(name.toLowerCase())
    return name
  }
  const isFree = (name: string): boolean => !taken.has(name.toLowerCase())
  // Names that may stay go first, so that a renamed one never pushes them aside.
  const kept = names.map((name) => renameColumn(name) === name && isFree(name) && take(name) === name)
  return names.map((name, index) => {
    if (kept[index] === true) return name
    const base = renameColumn(name)
    let candidate = base
    for (let n = 2; !isFree(candidate); n++) candidate = `${base}_${n}`
    return take(candidate)
  })
}

const RENAME_ONE = 'rename one of them (--rename-columns appends a number)'

function sameName(first: string, second: string): string {
  if (first === second) return `two columns are called ${JSON.stringify(first)}`
  return `columns ${JSON.stringify(first)} and ${JSON.stringify(second)} differ only by case`
}

function refuse(column: string, problem: string, wayOut: string): DeltaError {
  return new DeltaError('invalid-argument', `${problem}: ${wayOut}`, { column })
}
