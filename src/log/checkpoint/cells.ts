import { DeltaError } from '../../errors.ts'
import type { PhysicalTree } from '../../schema/index.ts'
import { timeOf } from '../fields.ts'
import type { ActionColumn, ActionColumns } from './columns.ts'

/** Reads one field of an action from the row of this number. */
export type Cell<T> = (row: number) => T

/**
 * The fields of one kind of action in a row group, by their path and type. `need` makes a field one that must be there.
 * @throws {DeltaError} `invalid-data`, from the cells, for a value that the protocol does not allow, naming the field.
 */
export class Cells {
  readonly #action: string
  readonly #columns: ActionColumns

  constructor(action: string, columns: ActionColumns) {
    this.#action = action
    this.#columns = columns
  }

  text(path: string): Cell<string | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      return typeof value === 'string' ? value : undefined
    }
  }

  flag(path: string): Cell<boolean | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      return typeof value === 'boolean' ? value : undefined
    }
  }

  /** A whole number from 0 to 2^53−1. */
  count(path: string): Cell<number | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      if (value === null || value === undefined) return undefined
      return typeof value === 'number' && value >= 0
        ? value
        : this.#wrong(path, 'a whole number from 0 to 2^53-1', value)
    }
  }

  /** Milliseconds since 1970, as {@link timeOf} takes them. */
  time(path: string): Cell<number | undefined> {
    const long = this.long(path)
    return (row) => {
      const value = long(row)
      return value === undefined ? undefined : timeOf(value)
    }
  }

  long(path: string): Cell<number | bigint | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
    }
  }

  /** A map of texts; null counts as not set, as some writers put it. */
  texts(path: string): Cell<Readonly<Record<string, string>> | undefined> {
    const nullable = this.nullableTexts(path)
    return (row) => {
      const map = nullable(row)
      return map === undefined || isWithoutNulls(map) ? map : Object.fromEntries(Object.entries(map).filter(isSet))
    }
  }

  nullableTexts(path: string): Cell<Readonly<Record<string, string | null>> | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      return value instanceof Map ? objectOf(value) : undefined
    }
  }

  names(path: string): Cell<readonly string[] | undefined> {
    const column = this.#column(path)
    return (row) => {
      const value = column[row]
      if (!Array.isArray(value)) return undefined
      return value.every((name) => typeof name === 'string') ? value : this.#wrong(path, 'texts', null)
    }
  }

  need<T>(path: string, cell: Cell<T | undefined>): Cell<T> {
    return (row) => {
      const value = cell(row)
      if (value === undefined) throw new DeltaError('invalid-data', `${this.#action}.${path} is missing`)
      return value
    }
  }

  #column(path: string): ActionColumn {
    return this.#columns.get(path) ?? []
  }

  #wrong(path: string, expected: string, found: PhysicalTree | null): never {
    throw new DeltaError('invalid-data', `${this.#action}.${path}: expected ${expected}, found ${found}`)
  }
}

/** Most tables have no partitions, and most files no tags: one object stands for all that is empty. */
const EMPTY: Readonly<Record<string, never>> = Object.freeze({})

function isWithoutNulls(map: Readonly<Record<string, string | null>>): map is Readonly<Record<string, string>> {
  for (const key in map) if (map[key] === null) return false
  return true
}

function isSet(entry: readonly [string, string | null]): entry is [string, string] {
  return entry[1] !== null
}

function objectOf(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, string | null>> {
  if (map.size === 0) return EMPTY
  const object: Record<string, string | null> = {}
  for (const [key, value] of map) {
    const text = typeof value === 'string' ? value : null
    if (key !== '__proto__') object[String(key)] = text
    else Object.defineProperty(object, key, { value: text, enumerable: true, writable: true, configurable: true })
  }
  return object
}
