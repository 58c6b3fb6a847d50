import type { StructType } from '../schema/index.ts'
import { type HintConstant, hintColumn, hintComparison } from './hint-literal.ts'
import type { ComparisonOp, Predicate } from './predicate.ts'

/**
 * Parses one SQL predicate hint of Delta Sharing: `column op constant` (`= == != <> < <= > >=`), `column IS NULL`,
 * `column IS NOT NULL`; the column plain or in back-quotes, text in single or double quotes. Null means "not
 * understood": the caller then keeps every file.
 * @see https://github.com/delta-io/delta-sharing/blob/main/PROTOCOL.md "SQL Expressions for Filtering"
 */
export function parseSqlHint(text: string, schema: StructType): Predicate | null {
  const match = text.length > MAX_LENGTH ? null : HINT.exec(text)
  if (match === null) return null
  const { quotedName, name, isNull, not, op = '', single, double, bare } = match.groups ?? {}
  const column = hintColumn(schema, quotedName?.replaceAll('``', '`') ?? name ?? '')
  if (column === undefined) return null
  if (isNull !== undefined) {
    const test: Predicate = { op: 'isNull', column }
    return not === undefined ? test : { op: 'not', child: test }
  }
  const constant = constantOf(single, double, bare)
  const comparison = OPERATORS.get(op)
  return constant === null || comparison === undefined ? null : hintComparison(comparison, column, constant)
}

/** Longer texts are no simple comparison. */
const MAX_LENGTH = 10_000

const COLUMN = '(?:`(?<quotedName>(?:[^`]|``)+)`|(?<name>[\\p{L}_][\\p{L}\\p{N}_.]*))'
const CONSTANT = '(?:\'(?<single>(?:[^\']|\'\')*)\'|"(?<double>(?:[^"]|"")*)"|(?<bare>[-+\\w.]+))'
const HINT = new RegExp(
  `^\\s*${COLUMN}(?:\\s+(?<isNull>IS\\s+(?<not>NOT\\s+)?NULL)|\\s*(?<op><>|!=|<=|>=|==|=|<|>)\\s*${CONSTANT})\\s*$`,
  'iu',
)

const OPERATORS: ReadonlyMap<string, ComparisonOp> = new Map([
  ['=', 'eq'],
  ['==', 'eq'],
  ['!=', 'ne'],
  ['<>', 'ne'],
  ['<', 'lt'],
  ['<=', 'lte'],
  ['>', 'gt'],
  ['>=', 'gte'],
])

function constantOf(single?: string, double?: string, bare?: string): HintConstant | null {
  if (bare !== undefined) return { text: bare, quoted: false }
  const text = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"')
  // Spark reads backslashes as escapes, other clients do not: no guess.
  return text === undefined || text.includes('\\') ? null : { text, quoted: true }
}
