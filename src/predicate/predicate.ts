import type { DeltaType, PhysicalValue } from '../schema/index.ts'

/**
 * The filter tree. Parsed once against a schema: columns exist, literals are in physical form and of the column's type.
 * SQL's three-valued logic: a comparison with null is unknown, and a row is kept only where the whole tree is true.
 * `and` of nothing is true, `or` and `in` of nothing are false (`in` of nothing is unknown for null).
 */
export type Predicate =
  | { readonly op: 'and' | 'or'; readonly children: readonly Predicate[] }
  | { readonly op: 'not'; readonly child: Predicate }
  | { readonly op: 'isNull'; readonly column: ColumnRef }
  | { readonly op: ComparisonOp; readonly column: ColumnRef; readonly value: PhysicalValue }
  | { readonly op: 'in'; readonly column: ColumnRef; readonly values: readonly PhysicalValue[] }
  | { readonly op: 'startsWith'; readonly column: ColumnRef; readonly prefix: string }

export type ComparisonOp = 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte'

/** The comparison that says the same with its sides exchanged. */
export const MIRRORED: Readonly<Record<ComparisonOp, ComparisonOp>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
}

/** A leaf column: its path from the top of the schema, and its type. */
export interface ColumnRef {
  readonly path: readonly string[]
  readonly type: DeltaType
}
