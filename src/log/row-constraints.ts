import { isDeltaError, messageOf } from '../errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import { type Predicate, parseSqlCondition } from '../predicate/index.ts'
import { formatColumnPath, type StructType, visitFields } from '../schema/index.ts'
import type { FindUse, TableShape } from './feature-use.ts'

/** A condition that every row of a table keeps: one that is null for a row is broken by it, too. */
export interface RowConstraint {
  /** As a message calls it: `the CHECK constraint positive`. */
  readonly name: string
  /** Its SQL. */
  readonly expression: string
  readonly predicate: Predicate
}

/**
 * The CHECK constraints and the column invariants of a table (PROTOCOL.md "CHECK Constraints", "Column Invariants").
 * @throws {DeltaError} `unsupported` for SQL that is beyond us; `checkWritable` refuses such a table by name.
 */
export function rowConstraints({ schema, configuration }: TableShape): RowConstraint[] {
  return [...checks(configuration), ...invariants(schema)].map(({ name, expression }) => {
    return { name, expression, predicate: parseSqlCondition(expression, schema) }
  })
}

/** A CHECK constraint that we cannot evaluate. */
export const findOpaqueCheck: FindUse = ({ schema, configuration }) => opaque(checks(configuration), schema)

/** A column invariant that we cannot evaluate. */
export const findOpaqueInvariant: FindUse = ({ schema }) => opaque(invariants(schema), schema)

/** A property that is a CHECK constraint begins so, in whatever case, and then its name follows. */
export const CHECK_PREFIX = 'delta.constraints.'

export function isCheck(property: string): boolean {
  return property.toLowerCase().startsWith(CHECK_PREFIX)
}

type Written = Pick<RowConstraint, 'name' | 'expression'>

function checks(configuration: TableShape['configuration']): Written[] {
  return Object.entries(configuration)
    .filter(([property]) => isCheck(property))
    .map(([property, expression]) => ({
      name: `the CHECK constraint ${property.slice(CHECK_PREFIX.length)}`,
      expression,
    }))
}

/** An invariant stands at a field, at any depth, and speaks of the whole row. */
function invariants(schema: StructType): Written[] {
  const found: Written[] = []
  visitFields(schema, ({ metadata }, path) => {
    const text = metadata['delta.invariants']
    if (text === undefined) return
    found.push({ name: `the invariant of the column ${formatColumnPath(path)}`, expression: expressionOf(text) })
  })
  return found
}

/** `{"expression":{"expression":"x > 3"}}`, as text; what is anything else is no SQL that we understand. */
function expressionOf(text: unknown): string {
  if (typeof text !== 'string') return ''
  try {
    const outer = parseJson(text)
    const inner = isJsonObject(outer) ? outer.expression : undefined
    const expression = isJsonObject(inner) ? inner.expression : undefined
    return typeof expression === 'string' ? expression : text
  } catch (error) {
    if (isDeltaError(error)) return text
    throw error
  }
}

function opaque(constraints: readonly Written[], schema: StructType): string | undefined {
  for (const { name, expression } of constraints) {
    try {
      parseSqlCondition(expression, schema)
    } catch (error) {
      if (isDeltaError(error, 'unsupported')) return `${name}: ${expression}: ${messageOf(error)}`
      throw error
    }
  }
  return undefined
}
