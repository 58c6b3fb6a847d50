import { DeltaError } from '../errors.ts'
import { fieldStep } from './cast-error.ts'
import { inside, type Place, topPlace } from './place.ts'
import type { DeltaType, StructType } from './types.ts'

/** What a column's name must not hold without column mapping: Spark and Parquet's own readers refuse it. */
const FORBIDDEN = /[ ,;{}()\n\t=]/
const FORBIDDEN_SHOWN = 'a space, tab, line break or one of , ; { } ( ) ='

export interface ColumnNameOptions {
  /** True where column mapping is on, so that data files have names of their own. */
  readonly anyCharacters?: boolean
}

/**
 * Holds the names of columns, nested ones included, to Delta's rules (PROTOCOL.md "Schema Serialization Format").
 * @throws {DeltaError} `invalid-argument` naming the column, for an empty name, a forbidden character, or a name that
 * differs from another only by case.
 */
export function checkColumnNames(schema: StructType, { anyCharacters = false }: ColumnNameOptions = {}): void {
  checkNames(schema, undefined, anyCharacters)
}

/** @param place of the struct; undefined for the columns themselves. */
function checkNames({ fields }: StructType, place: Place | undefined, anyCharacters: boolean): void {
  const seen = new Map<string, string>()
  for (const { name, type } of fields) {
    if (name === '') throw refuse(name, place, 'a column has no name', RENAMED)
    if (!anyCharacters && FORBIDDEN.test(name)) {
      const problem = `column ${JSON.stringify(name)} has a name that Delta forbids: it holds ${FORBIDDEN_SHOWN}`
      throw refuse(name, place, problem, REPLACED)
    }
    const lower = name.toLowerCase()
    const twin = seen.get(lower)
    if (twin !== undefined) {
      throw refuse(name, place, `${sameName(twin, name)}, and Delta's names ignore case`, RENAME_ONE)
    }
    seen.set(lower, name)
    checkNamesInside(type, place === undefined ? topPlace(name) : inside(place, fieldStep(name)), anyCharacters)
  }
}

function checkNamesInside(type: DeltaType, place: Place, anyCharacters: boolean): void {
  switch (type.type) {
    case 'struct':
      checkNames(type, place, anyCharacters)
      break
    case 'array':
      checkNamesInside(type.elementType, inside(place, '[]'), anyCharacters)
      break
    case 'map':
      checkNamesInside(type.keyType, inside(place, '{key}'), anyCharacters)
      checkNamesInside(type.valueType, inside(place, '{}'), anyCharacters)
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

/** A way out, and what `--rename-columns` does about a column of its own: names inside structs it leaves alone. */
type WayOut = readonly [wayOut: string, ofColumns: string]

const RENAMED: WayOut = ['give it one', ', or let --rename-columns call it "_"']
const REPLACED: WayOut = [
  'rename it',
  ' (--rename-columns writes "_" in its place), or create the table with the property delta.columnMapping.mode=name',
]
const RENAME_ONE: WayOut = ['rename one of them', ' (--rename-columns appends a number)']

function sameName(first: string, second: string): string {
  if (first === second) return `two columns are called ${JSON.stringify(first)}`
  return `columns ${JSON.stringify(first)} and ${JSON.stringify(second)} differ only by case`
}

function refuse(name: string, place: Place | undefined, problem: string, [wayOut, ofColumns]: WayOut): DeltaError {
  if (place === undefined)
    return new DeltaError('invalid-argument', `${problem}: ${wayOut}${ofColumns}`, { column: name })
  return new DeltaError('invalid-argument', `inside ${place.at}, ${problem}: ${wayOut}`, { column: place.column })
}
