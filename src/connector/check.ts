import { type Blame, DeltaError, type ErrorProblem } from '../errors.ts'
import type { CheckAction, Checks } from './checks.ts'
import type { ColumnCount, RunReport } from './report.ts'
import type { Run } from './run.ts'

/** What a check found in a run. One that blocks holds the run back; the others are told of. */
export type CheckProblem = ErrorProblem

export interface CheckedRun {
  readonly run: Run
  readonly report: RunReport
  readonly checks: Checks
  /** Milliseconds since 1970. */
  readonly now: number
  /** The newest run of the workflow that is published. */
  readonly previous?: { readonly rows: number; readonly finishedAt: string } | undefined
  /** A run of the history is expected to be older than what is published. */
  readonly isBackfill?: boolean | undefined
}

/** Clocks differ; one that is a day ahead is wrong, and its run would stand before all later ones. */
const MAX_AHEAD = 24 * 60 * 60 * 1000
/** Clocks that are looked after differ by less. */
const USUAL_AHEAD = 5 * 60 * 1000
/** How many columns a check names, one problem each or in one message. */
const MAX_NAMED = 20

/**
 * Holds a run to its checks, after all of its rows were seen. Refused whatever the checks say: another number of rows
 * than the run announced, and a run that finished more than a day ahead of the clock.
 *
 * Pure: the same run and report have the same problems, those that block first. They count, and hold no value of a row:
 * messages travel to logs and webhooks, which no erasure reaches.
 */
export function checkRun(checked: CheckedRun): CheckProblem[] {
  const problems = [
    ...checkAnnounced(checked),
    ...checkClock(checked),
    ...checkAge(checked),
    ...checkRows(checked),
    ...checkColumns(checked),
    ...checkCasts(checked),
    ...checkKeys(checked),
    ...checkTexts(checked),
  ]
  return [...problems.filter(isBlocking), ...problems.filter((problem) => !isBlocking(problem))]
}

/**
 * The error of a run that is held back; undefined when nothing blocks it. Its details carry all problems, and whose move
 * it is: that of who is to blame for the first that blocks.
 */
export function heldRun(run: Run, problems: readonly CheckProblem[]): DeltaError | undefined {
  const [first, ...more] = problems.filter(isBlocking)
  if (first === undefined) return undefined
  const others = more.length === 0 ? '' : `; and ${more.length} more ${more.length === 1 ? 'problem' : 'problems'}`
  return new DeltaError(
    'invalid-argument',
    `run ${run.runId} of workflow ${run.workflowId} is held back: ${first.message}; ${first.remedy}${others}`,
    { blame: first.blame, problems },
  )
}

function isBlocking({ action }: CheckProblem): boolean {
  return action === 'block'
}

function* checkAnnounced({ run: { expectedRecords }, report: { rows } }: CheckedRun): Iterable<CheckProblem> {
  if (expectedRecords === null || expectedRecords === undefined || expectedRecords === rows) return
  yield problem(
    'expectedRecords',
    'block',
    `rows: expected the ${expectedRecords} that the run announced, found ${rows}`,
    'fetch its data again: it was cut off, or belongs to another run',
  )
}

function* checkClock({ run: { finishedAt }, now }: CheckedRun): Iterable<CheckProblem> {
  const ahead = Date.parse(finishedAt) - now
  if (ahead <= USUAL_AHEAD) return
  const isTooMuch = ahead > MAX_AHEAD
  yield problem(
    'clock',
    isTooMuch ? 'block' : 'warn',
    `finishedAt: expected a time of the past, found ${finishedAt}, which is more than ${isTooMuch ? 'a day' : 'five minutes'} ahead of the clock here (${new Date(now).toISOString()})`,
    isTooMuch
      ? 'set the clock that is wrong and deliver the run again: no later run could ever be newer'
      : 'set the clock that is wrong: until it has caught up, later runs are taken for older ones',
  )
}

function* checkAge({ run, previous, checks, isBackfill = false }: CheckedRun): Iterable<CheckProblem> {
  if (previous === undefined || isBackfill || run.finishedAt >= previous.finishedAt) return
  yield problem(
    'onStaleRun',
    checks.onStaleRun,
    `finishedAt: expected no time before ${previous.finishedAt}, when the newest published run finished, found ${run.finishedAt}`,
    'nothing, if it was only late: its rows join the table of its version, and the latest table stays as it is',
  )
}

function* checkRows({ run, report: { rows }, previous, checks, isBackfill }: CheckedRun): Iterable<CheckProblem> {
  if (rows === 0) {
    const found = 'rows: expected at least one, found none'
    yield problem('onEmptyRun', checks.onEmptyRun, found, 'look whether the source still shows anything')
    return
  }
  const { ratio, action } = checks.minRowRatio
  if (previous === undefined || rows >= ratio * previous.rows) return
  // Of a source that grew, the past is smaller than the present.
  if (isBackfill && run.finishedAt < previous.finishedAt) return
  yield problem(
    'minRowRatio',
    action,
    `rows: expected at least ${percent(ratio)} of the ${previous.rows} of the previous published run, found ${rows} (${percent(rows / previous.rows)})`,
    'look whether the source was read to its end; if it did shrink, lower checks.minRowRatio and deliver the run again',
  )
}

function* checkColumns({ report, checks }: CheckedRun): Iterable<CheckProblem> {
  const { missingColumns, columns, extraFields, moreExtraFields, missingRequired } = report
  if (missingColumns.length > 0) {
    const { ratio, action } = checks.maxMissingColumnRatio
    const isTooMuch = missingColumns.length > ratio * columns
    yield {
      ...problem(
        'maxMissingColumnRatio',
        isTooMuch ? action : 'warn',
        `columns: expected all ${columns} fields of the schema among the keys of the rows, found no row with ${list(missingColumns)}`,
        isTooMuch
          ? 'deliver the schema that belongs to these rows, or the rows that belong to this schema'
          : 'look whether the field was renamed; without a row that has it the column is null',
      ),
      ...only(missingColumns),
    }
  }
  if (extraFields.length > 0) {
    const more = moreExtraFields > 0 ? ', among others' : ''
    yield problem(
      'onExtraField',
      checks.onExtraField,
      `keys: expected only fields of the schema, found ${list(extraFields.map(({ name }) => name))}${more}`,
      'add them to the schema if they shall be published: they are left out',
      undefined,
      'customer',
    )
  }
  yield* each(missingRequired, ({ column, count }) =>
    problem(
      'onMissingRequired',
      checks.onMissingRequired,
      `column ${column}: expected a value in every row, for its field is required; found ${rowsOf(count)} without`,
      'look why the source shows none, or declare the field optional',
      column,
    ),
  )
}

function* checkCasts({ report: { castFailures, precisionLoss }, checks }: CheckedRun): Iterable<CheckProblem> {
  const { ratio, action } = checks.maxCastFailureRatio
  const worstFirst = castFailures
    .map((failures) => ({ ...failures, part: failures.count / failures.present }))
    .sort((a, b) => b.part - a.part)
  yield* each(worstFirst, ({ column, count, present, part }) =>
    problem(
      'maxCastFailureRatio',
      part > ratio ? action : 'warn',
      `column ${column}: expected values of its type, found ${count} of ${present} (${percent(part)}) that are not; they became null`,
      'correct the extraction, or give the field the type that its values have',
      column,
    ),
  )
  yield* each(precisionLoss, ({ column, count }) =>
    problem(
      'onPrecisionLoss',
      checks.onPrecisionLoss,
      `column ${column}: expected whole numbers within ±2^53, found ${rowsOf(count)} with others, whose last digits may differ`,
      'declare the field as STRING: it is an identifier rather than a number',
      column,
      'customer',
    ),
  )
}

function* checkKeys({ report: { duplicateKeys, rowsWithoutKey }, checks }: CheckedRun): Iterable<CheckProblem> {
  if (duplicateKeys > 0) {
    yield problem(
      'onDuplicateKey',
      checks.onDuplicateKey,
      `keys: expected one row a key, found ${rowsOf(duplicateKeys)} with a key that came before`,
      'look whether pages of the source were read twice, or whether the key needs another field',
    )
  }
  if (rowsWithoutKey > 0) {
    yield problem(
      'onMissingKey',
      checks.onMissingKey,
      `keys: expected a value in every key field, found ${rowsOf(rowsWithoutKey)} where one is missing or empty; they have no row key`,
      'look why the source shows none, or choose another key',
    )
  }
}

function* checkTexts({ report: { illFormedText, garbledText }, checks }: CheckedRun): Iterable<CheckProblem> {
  yield* each(illFormedText, ({ column, count }) =>
    problem(
      'onIllFormedText',
      checks.onIllFormedText,
      `column ${column}: expected text of whole characters, found ${rowsOf(count)} with half a surrogate pair, which became U+FFFD`,
      'cut texts between characters, not between UTF-16 units',
      column,
    ),
  )
  yield* each(garbledText, ({ column, count }) =>
    problem(
      'onGarbledText',
      checks.onGarbledText,
      `column ${column}: expected readable text, found ${rowsOf(count)} with signs of a wrong character set, such as "Ã¼" or U+FFFD`,
      'read the source in the character set that it is written in',
      column,
    ),
  )
}

/** Most of what rows hold is for the extraction to correct; the schema is the customer's. */
function problem(
  check: string,
  action: CheckAction,
  message: string,
  remedy: string,
  column?: string,
  blame: Blame = 'kadoa',
): CheckProblem {
  return { check, action, message, blame, remedy, ...(column === undefined ? {} : { column }) }
}

/** One problem a column, of the first twenty columns; a table may have thousands. */
function* each<T extends ColumnCount>(
  found: readonly T[],
  toProblem: (each: T) => CheckProblem,
): Iterable<CheckProblem> {
  for (const [index, one] of found.slice(0, MAX_NAMED).entries()) {
    const made = toProblem(one)
    const isLast = index === MAX_NAMED - 1 && found.length > MAX_NAMED
    yield isLast ? { ...made, message: `${made.message}; and so in ${found.length - MAX_NAMED} more columns` } : made
  }
}

function only([column, ...more]: readonly string[]): { column?: string } {
  return column === undefined || more.length > 0 ? {} : { column }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => JSON.stringify(name))
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  return shown.join(', ') + more
}

function rowsOf(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`
}

/** Rounded down, so that what is below a limit does not look as if it were on it. */
function percent(part: number): string {
  return `${Math.floor(part * 1000) / 10} %`
}
