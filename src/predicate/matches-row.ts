import { comparePhysical, isPhysicalValue, type PhysicalTree, type PhysicalValue } from '../schema/index.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

/**
 * Gives a row's value, in physical form, at a column's path: null where it is null, or below a struct that is
 * (`physicalAt` follows a path into a struct).
 */
export type RowReader = (path: readonly string[]) => PhysicalTree | null

/** True, false, or null where SQL says unknown. A filter keeps the row only where it is true. */
export type RowTest = (get: RowReader) => boolean | null

/** Compiles a predicate into a test of one row. NaN equals NaN and is greater than every number; −0 equals 0. */
export function matchesRow(predicate: Predicate): RowTest {
  switch (predicate.op) {
    case 'and':
      return conjunction(predicate.children.map(matchesRow))
    case 'or':
      return disjunction(predicate.children.map(matchesRow))
    case 'not': {
      const test = matchesRow(predicate.child)
      return (get) => {
        const result = test(get)
        return result === null ? null : !result
      }
    }
    case 'isNull': {
      const { path } = predicate.column
      return (get) => get(path) === null
    }
    case 'in':
      return ofValue(predicate.column, membership(predicate.column, predicate.values))
    case 'startsWith': {
      const { prefix } = predicate
      return ofValue(predicate.column, (value) => typeof value === 'string' && value.startsWith(prefix))
    }
    default:
      return ofValue(predicate.column, comparison(predicate.op, predicate.column, predicate.value))
  }
}

function conjunction(tests: readonly RowTest[]): RowTest {
  return (get) => {
    let all: boolean | null = true
    for (const test of tests) {
      const result = test(get)
      if (result === false) return false
      if (result === null) all = null
    }
    return all
  }
}

function disjunction(tests: readonly RowTest[]): RowTest {
  return (get) => {
    let any: boolean | null = false
    for (const test of tests) {
      const result = test(get)
      if (result === true) return true
      if (result === null) any = null
    }
    return any
  }
}

function ofValue(column: ColumnRef, test: (value: PhysicalValue) => boolean): RowTest {
  const { path } = column
  return (get) => {
    const value = get(path)
    return isPhysicalValue(value) ? test(value) : null
  }
}

function comparison(op: ComparisonOp, { type }: ColumnRef, literal: PhysicalValue): (value: PhysicalValue) => boolean {
  switch (op) {
    case 'eq':
      return (value) => comparePhysical(type, value, literal) === 0
    case 'ne':
      return (value) => comparePhysical(type, value, literal) !== 0
    case 'lt':
      return (value) => comparePhysical(type, value, literal) < 0
    case 'lte':
      return (value) => comparePhysical(type, value, literal) <= 0
    case 'gt':
      return (value) => comparePhysical(type, value, literal) > 0
    case 'gte':
      return (value) => comparePhysical(type, value, literal) >= 0
  }
}

function membership({ type }: ColumnRef, literals: readonly PhysicalValue[]): (value: PhysicalValue) => boolean {
  if (type.type === 'binary') {
    return (value) => literals.some((literal) => comparePhysical(type, value, literal) === 0)
  }
  // A Set compares as wanted: NaN with NaN, −0 with 0, and integers have one physical form each.
  const set = new Set(literals)
  return (value) => set.has(value)
}
