import { DeltaError, isDeltaError } from '../errors.ts'
import { formatColumnPath, leafColumns, type PhysicalValue, type StructType, typeName } from '../schema/index.ts'
import { comparesAsBytes } from './columns.ts'
import { parseSql } from './parse-sql.ts'
import { type ColumnRef, type ComparisonOp, MIRRORED, type Predicate } from './predicate.ts'
import type { SqlColumn, SqlCondition, SqlConstant, SqlOperand } from './sql-expression.ts'
import { sqlLiteral } from './sql-literal.ts'

/**
 * Parses a condition of SQL on the rows of a table: what {@link parseSql} knows, where each comparison is one of a column
 * with constants that are certain to mean the same to every client, whatever its time zone and its rules for casts. Names
 * of columns are compared without case.
 * @throws {DeltaError} `unsupported` saying what goes beyond that.
 */
export function parseSqlCondition(text: string, schema: StructType): Predicate {
  return bind(parseSql(text), schema)
}

/**
 * Parses a SQL predicate hint of Delta Sharing. Null means "not understood": the caller then keeps every file.
 * @see https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md "SQL Expressions for Filtering"
 */
export function parseSqlHint(text: string, schema: StructType): Predicate | null {
  try {
    return parseSqlCondition(text, schema)
  } catch (error) {
    if (isDeltaError(error, 'unsupported')) return null
    throw error
  }
}

function bind(condition: SqlCondition, schema: StructType): Predicate {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { op: condition.op, children: condition.children.map((child) => bind(child, schema)) }
    case 'not':
      return { op: 'not', child: bind(condition.child, schema) }
    case 'isNull':
      return { op: 'isNull', column: columnOf(condition.operand, schema) }
    case 'in': {
      const column = comparable(condition.operand, schema)
      return { op: 'in', column, values: condition.items.map((item) => listed(item, column)) }
    }
    case 'column': {
      const column = columnOf(condition, schema)
      if (column.type.type !== 'boolean')
        throw beyond(`${nameOf(column)}, which is ${typeName(column.type)}, as a condition`)
      return { op: 'eq', column, value: true }
    }
    case 'constant':
      if (condition.form !== 'boolean') throw beyond(`the constant ${condition.text} as a condition`)
      return { op: condition.text === 'true' ? 'and' : 'or', children: [] }
    default:
      return comparison(condition.op, condition.left, condition.right, schema)
  }
}

function comparison(op: ComparisonOp | 'sameAs', left: SqlOperand, right: SqlOperand, schema: StructType): Predicate {
  if (left.op === 'constant' && right.op === 'column') {
    return comparison(op === 'sameAs' ? op : MIRRORED[op], right, left, schema)
  }
  const column = comparable(left, schema)
  if (op !== 'sameAs') return { op, column, value: literalOf(right, column) }
  if (right.op === 'constant' && right.form === 'null') return { op: 'isNull', column }
  const isSet: Predicate = { op: 'not', child: { op: 'isNull', column } }
  return { op: 'and', children: [isSet, { op: 'eq', column, value: literalOf(right, column) }] }
}

function columnOf(operand: SqlOperand, schema: StructType): ColumnRef {
  if (operand.op === 'constant') throw beyond(`the constant ${operand.text} where a column is needed`)
  const found = leafColumns(schema).filter(({ path }) => isSamePath(path, operand))
  const [column, ...others] = found
  if (column !== undefined && others.length === 0) return column
  throw beyond(`${formatColumnPath(operand.path)}, which is no column without parts`)
}

function isSamePath(path: readonly string[], { path: names }: SqlColumn): boolean {
  return path.length === names.length && path.every((name, i) => name.toLowerCase() === names[i]?.toLowerCase())
}

function comparable(operand: SqlOperand, schema: StructType): ColumnRef {
  const column = columnOf(operand, schema)
  if (comparesAsBytes(schema, column)) return column
  throw beyond(`${nameOf(column)}, whose text is padded or has a collation, in a comparison`)
}

/** In a list with a text, all may be compared as texts: a number, a boolean or a time has more than one. */
function listed(operand: SqlOperand, column: ColumnRef): PhysicalValue {
  const isText = operand.op === 'constant' && operand.form === 'text'
  if (isText && column.type.type !== 'string' && column.type.type !== 'date') throw uncertain(operand, column)
  return literalOf(operand, column)
}

function literalOf(operand: SqlOperand, column: ColumnRef): PhysicalValue {
  if (operand.op === 'column')
    throw beyond(`a comparison of the columns ${nameOf(column)} and ${formatColumnPath(operand.path)}`)
  const value = sqlLiteral(column.type, operand)
  if (value === null) throw uncertain(operand, column)
  return value
}

function uncertain({ form, text }: SqlConstant, column: ColumnRef): DeltaError {
  const shown = form === 'number' ? text : JSON.stringify(text)
  return beyond(`a comparison of ${nameOf(column)}, which is ${typeName(column.type)}, with ${shown}`)
}

function nameOf({ path }: ColumnRef): string {
  return formatColumnPath(path)
}

function beyond(what: string): DeltaError {
  return new DeltaError('unsupported', `the SQL is beyond what is understood: it has ${what}`)
}
