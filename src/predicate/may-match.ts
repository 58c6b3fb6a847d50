import { comparePhysical, compareUtf8, type ParsedFileStats, type PhysicalValue } from '../schema/index.ts'
import type { ColumnRef, ComparisonOp, Predicate } from './predicate.ts'

/** What is known about the rows of one data file: its statistics, and exact values of its partition columns. */
export interface StatsView extends Omit<ParsedFileStats, 'tightBounds'> {
  /** Only "none" (0) and "all" (`numRecords`) skip a file, which holds under a deletion vector too. */
  nullCount(path: readonly string[]): number | undefined
  /** The value that a column has in every row (null: it is null in every row); undefined when that is not known. */
  exact(path: readonly string[]): PhysicalValue | null | undefined
}

/** Partition values by column name, over what a file's statistics say about the other columns. */
export function fileView(stats: ParsedFileStats, partition: ReadonlyMap<string, PhysicalValue | null>): StatsView {
  return { ...stats, exact: (path) => (path.length === 1 ? partition.get(path[0] ?? '') : undefined) }
}

/**
 * Whether any row of the file may match: false only if none can. Each part of the tree is judged by which of SQL's three
 * answers its rows may give, so that `not` is as sound as the rest.
 */
export function mayMatch(predicate: Predicate, stats: StatsView): boolean {
  return (answers(predicate, stats) & TRUE) !== 0
}

/** Whether every row of the file matches: true only if all certainly do. */
export function mustMatch(predicate: Predicate, stats: StatsView): boolean {
  return answers(predicate, stats) === TRUE
}

/** The answers that rows may give, as a set of bits. */
type Answers = number

const FALSE = 1
const UNKNOWN = 2
const TRUE = 4

function answers(predicate: Predicate, stats: StatsView): Answers {
  switch (predicate.op) {
    case 'and':
      return predicate.children.reduce((all, child) => combine(all, answers(child, stats), Math.min), TRUE)
    case 'or':
      return predicate.children.reduce((any, child) => combine(any, answers(child, stats), Math.max), FALSE)
    case 'not':
      return negate(answers(predicate.child, stats))
    case 'isNull':
      return nullAnswers(predicate.column, stats)
    default:
      return leafAnswers(predicate, stats)
  }
}

/** FALSE < UNKNOWN < TRUE: `and` is the smaller of two answers, `or` the greater. */
function combine(left: Answers, right: Answers, join: (a: number, b: number) => number): Answers {
  let joined = 0
  for (const a of [FALSE, UNKNOWN, TRUE]) {
    for (const b of [FALSE, UNKNOWN, TRUE]) {
      if ((left & a) !== 0 && (right & b) !== 0) joined |= join(a, b)
    }
  }
  return joined
}

function negate(given: Answers): Answers {
  return (given & UNKNOWN) | ((given & TRUE) !== 0 ? FALSE : 0) | ((given & FALSE) !== 0 ? TRUE : 0)
}

type Leaf = Exclude<Predicate, { op: 'and' | 'or' | 'not' | 'isNull' }>

function leafAnswers(leaf: Leaf, stats: StatsView): Answers {
  const { nulls, values } = presence(leaf.column, stats)
  return (nulls ? UNKNOWN : 0) | (values ? valueAnswers(leaf, rangeOf(leaf.column, stats)) : 0)
}

function nullAnswers(column: ColumnRef, stats: StatsView): Answers {
  const { nulls, values } = presence(column, stats)
  return (nulls ? TRUE : 0) | (values ? FALSE : 0)
}

/** Whether the column may hold nulls, and values. */
function presence({ path }: ColumnRef, stats: StatsView): { nulls: boolean; values: boolean } {
  const exact = stats.exact(path)
  if (exact !== undefined) return { nulls: exact === null, values: exact !== null }
  const nullCount = stats.nullCount(path)
  return {
    nulls: nullCount !== 0,
    values: nullCount === undefined || stats.numRecords === undefined || nullCount < stats.numRecords,
  }
}

/** Bounds of the values that are not null; NaN counts as the greatest, beyond `max`. */
interface Range {
  readonly min: PhysicalValue | undefined
  readonly max: PhysicalValue | undefined
  readonly mayHoldNaN: boolean
}

function rangeOf({ path }: ColumnRef, stats: StatsView): Range {
  const exact = stats.exact(path)
  if (exact !== undefined && exact !== null) return { min: exact, max: exact, mayHoldNaN: false }
  return { min: stats.min(path), max: stats.max(path), mayHoldNaN: stats.mayHoldNaN(path) }
}

function valueAnswers(leaf: Leaf, range: Range): Answers {
  switch (leaf.op) {
    case 'startsWith':
      return prefixAnswers(leaf.prefix, range)
    case 'in':
      return leaf.values
        .map((value) => comparisonAnswers('eq', leaf.column, value, range))
        .reduce((any, answer) => combine(any, answer, Math.max), FALSE)
    default:
      return comparisonAnswers(leaf.op, leaf.column, leaf.value, range)
  }
}

function comparisonAnswers(op: ComparisonOp, column: ColumnRef, literal: PhysicalValue, range: Range): Answers {
  const { below, equal, above } = sidesOf(column, literal, range)
  const outcome = (holds: boolean, fails: boolean): Answers => (holds ? TRUE : 0) | (fails ? FALSE : 0)
  switch (op) {
    case 'eq':
      return outcome(equal, below || above)
    case 'ne':
      return outcome(below || above, equal)
    case 'lt':
      return outcome(below, equal || above)
    case 'lte':
      return outcome(below || equal, above)
    case 'gt':
      return outcome(above, below || equal)
    case 'gte':
      return outcome(above || equal, below)
  }
}

/** On which sides of a literal the column may hold values. */
function sidesOf(
  { type }: ColumnRef,
  literal: PhysicalValue,
  { min, max, mayHoldNaN }: Range,
): { below: boolean; equal: boolean; above: boolean } {
  const low = min === undefined ? undefined : comparePhysical(type, min, literal)
  const high = max === undefined ? undefined : comparePhysical(type, max, literal)
  const literalIsNaN = Number.isNaN(literal)
  return {
    below: low === undefined || low < 0,
    equal: (low === undefined || low <= 0) && (high === undefined || high >= 0 || (literalIsNaN && mayHoldNaN)),
    above: (high === undefined || high > 0 || mayHoldNaN) && !literalIsNaN,
  }
}

/** Texts with a prefix lie next to each other in the order of their bytes. */
function prefixAnswers(prefix: string, { min, max }: Range): Answers {
  const allBefore = typeof max === 'string' && compareUtf8(max, prefix) < 0
  const allAfter = typeof min === 'string' && compareUtf8(min, prefix) > 0 && !min.startsWith(prefix)
  if (allBefore || allAfter) return FALSE
  const all = typeof min === 'string' && min.startsWith(prefix) && typeof max === 'string' && max.startsWith(prefix)
  return all ? TRUE : TRUE | FALSE
}
