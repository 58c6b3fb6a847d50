import { hex } from '../hex.ts'
import { formatColumnPath, formatPartitionValue, type PhysicalValue } from '../schema/index.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

export interface FormatSqlOptions {
  /** Says `?` for every value: the text then tells of columns only. */
  readonly withoutValues?: boolean | undefined
}

/** A filter as a person reads it in a table's history: `((price >= 10) AND (country = 'DE'))`. Nobody parses it again. */
export function formatSql(predicate: Predicate, options: FormatSqlOptions = {}): string {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      if (predicate.children.length === 0) return predicate.op === 'and' ? 'true' : 'false'
      const parts = predicate.children.map((child) => formatSql(child, options))
      return parts.length === 1 ? parts.join('') : `(${parts.join(predicate.op === 'and' ? ' AND ' : ' OR ')})`
    }
    case 'not':
      return `(NOT ${formatSql(predicate.child, options)})`
    case 'isNull':
      return `(${name(predicate.column)} IS NULL)`
    case 'in': {
      const values = predicate.values.map((value) => literal(predicate.column, value, options))
      return `(${name(predicate.column)} IN (${values.join(', ')}))`
    }
    case 'startsWith':
      return `startswith(${name(predicate.column)}, ${literal(predicate.column, predicate.prefix, options)})`
    default:
      return `(${name(predicate.column)} ${SIGNS[predicate.op]} ${literal(predicate.column, predicate.value, options)})`
  }
}

const SIGNS: Readonly<Record<ComparisonOp, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' }

function name({ path }: ColumnRef): string {
  return formatColumnPath(path)
}

function literal({ type }: ColumnRef, value: PhysicalValue, { withoutValues = false }: FormatSqlOptions): string {
  if (withoutValues) return '?'
  if (value instanceof Uint8Array) return `X'${hex(value).toUpperCase()}'`
  const text = formatPartitionValue(type, value) ?? ''
  return QUOTED.has(type.type) ? `'${text.replaceAll("'", "''")}'` : text
}

const QUOTED: ReadonlySet<string> = new Set(['string', 'date', 'timestamp', 'timestamp_ntz'])
