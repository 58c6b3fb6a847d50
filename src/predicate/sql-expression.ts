import type { ComparisonOp } from './predicate.ts'

/** A condition in SQL, as it is written: names are not looked up yet, constants have no type yet. */
export type SqlCondition =
  | { readonly op: 'and' | 'or'; readonly children: readonly SqlCondition[] }
  | { readonly op: 'not'; readonly child: SqlCondition }
  | { readonly op: 'isNull'; readonly operand: SqlOperand }
  | { readonly op: ComparisonOp | 'sameAs'; readonly left: SqlOperand; readonly right: SqlOperand }
  | { readonly op: 'in'; readonly operand: SqlOperand; readonly items: readonly SqlOperand[] }
  | SqlOperand

export type SqlOperand = SqlColumn | SqlConstant

export interface SqlColumn {
  readonly op: 'column'
  /** One name, or those of the way down into a struct. */
  readonly path: readonly string[]
}

export interface SqlConstant {
  readonly op: 'constant'
  /** How it is written: `5`, `'x'`, `true`, `null`, `date '…'` and so on. */
  readonly form: 'number' | 'text' | 'boolean' | 'null' | 'date' | 'timestamp' | 'timestamp_ntz'
  /** The digits with their sign, the text between the quotes, or the word in lower case. */
  readonly text: string
}
