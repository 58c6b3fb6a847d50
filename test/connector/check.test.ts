import { describe, expect, test } from 'vitest'
import { checkRun, heldRun, parseConnectorConfig, type RunReport } from '../../src/connector/index.ts'
import { run } from './sample.ts'

const clean: RunReport = {
  rows: 10,
  castFailures: [],
  precisionLoss: [],
  illFormedText: [],
  garbledText: [],
  extraFields: [],
  moreExtraFields: 0,
  columns: 4,
  missingColumns: [],
  missingRequired: [],
  duplicateKeys: 0,
  rowsWithoutKey: 0,
}

interface Given {
  readonly report?: Partial<RunReport>
  readonly checks?: object
  readonly previous?: { readonly rows: number; readonly finishedAt: string }
  readonly now?: number
  readonly expectedRecords?: number
}

/** `run` finished at four o'clock of 2026-01-02. */
function problems({ report, checks = {}, previous, now = Date.UTC(2026, 0, 3), expectedRecords }: Given) {
  const { config } = parseConnectorConfig({
    connectorId: 'a',
    teamId: 't',
    recipient: { mode: 'token', contact: 'x' },
    checks,
  })
  return checkRun({
    run: { ...run, expectedRecords },
    report: { ...clean, ...report },
    checks: config.checks,
    previous,
    now,
  })
}

const found = (given: Given) => problems(given).map(({ check, action }) => `${check}: ${action}`)
const publishedWith = (rows: number) => ({ rows, finishedAt: '2026-01-01T00:00:00.000000Z' })

describe('the limits of a check', () => {
  test.each<[string, Given, string[]]>([
    ['a first run has nothing to be compared with', {}, []],
    ['exactly the part of the rows that is asked for is enough', { previous: publishedWith(20) }, []],
    ['one row less is not', { previous: publishedWith(21) }, ['minRowRatio: block']],
    ['a ratio of 0 never blocks', { previous: publishedWith(1e9), checks: { minRowRatio: 0 } }, []],
    ['after an empty run any run is enough', { previous: publishedWith(0) }, []],
    [
      'no rows are the affair of onEmptyRun alone',
      { report: { rows: 0 }, previous: publishedWith(20) },
      ['onEmptyRun: warn'],
    ],
    ['no rows where none were announced', { report: { rows: 0 }, expectedRecords: 0 }, ['onEmptyRun: warn']],
    ['a clock may be five minutes ahead', { now: Date.UTC(2026, 0, 2, 3, 55) }, []],
    ['and a day, with a word', { now: Date.UTC(2026, 0, 2, 3, 55) - 1 }, ['clock: warn']],
    ['to its last moment', { now: Date.UTC(2026, 0, 1, 4) }, ['clock: warn']],
    ['but no more', { now: Date.UTC(2026, 0, 1, 4) - 1 }, ['clock: block']],
    [
      'half of the columns may be missing, with a word',
      { report: { missingColumns: ['a', 'b'] } },
      ['maxMissingColumnRatio: warn'],
    ],
    ['but no more', { report: { missingColumns: ['a', 'b', 'c'] } }, ['maxMissingColumnRatio: block']],
  ])('%s', (_, given, expected) => {
    expect(found(given)).toEqual(expected)
  })

  test('that only warns where it is passed still says so', () => {
    const castFailures = [{ column: 'a', count: 2, present: 10, samples: ['the text "x"'] }]
    const at = (maxCastFailureRatio: unknown) => found({ report: { castFailures }, checks: { maxCastFailureRatio } })
    expect(at(0.2)).toEqual(['maxCastFailureRatio: warn'])
    expect(at(0.19)).toEqual(['maxCastFailureRatio: block'])
    expect(at({ ratio: 0.19, action: 'warn' })).toEqual(['maxCastFailureRatio: warn'])
  })
})

describe('a problem', () => {
  test('says what, where, what was expected and found, what to do, and whose move it is', () => {
    const castFailures = [{ column: 'stock', count: 3, present: 8, samples: ['the text "many"', 'true'] }]
    expect(problems({ report: { castFailures } })).toEqual([
      {
        check: 'maxCastFailureRatio',
        action: 'warn',
        column: 'stock',
        blame: 'kadoa',
        message: 'column stock: expected values of its type, found 3 of 8 (37.5 %) that are not; they became null',
        remedy: 'correct the extraction, or give the field the type that its values have',
      },
    ])
  })

  test('holds no value of a row, for no erasure reaches the logs and webhooks that it travels to', () => {
    const castFailures = [{ column: 'name', count: 1, present: 1, samples: ['the text "Ann Lee"'] }]
    const all = problems({ report: { castFailures }, checks: { maxCastFailureRatio: 0.5 } })
    expect(heldRun(run, all)?.message).toContain('found 1 of 1')
    expect(JSON.stringify([heldRun(run, all)?.message, all])).not.toContain('Ann')
  })

  test('is told of twenty columns at most, the worst first', () => {
    const castFailures = Array.from({ length: 30 }, (_, i) => {
      return { column: `c${i}`, count: i + 1, present: 30, samples: [] }
    })
    const told = problems({ report: { castFailures } })
    expect(told).toHaveLength(20)
    expect(told[0]).toMatchObject({ column: 'c29' })
    expect(told[19]?.message).toContain('; and so in 10 more columns')
    const missingColumns = castFailures.map(({ column }) => column)
    expect(problems({ report: { missingColumns } })[0]?.message).toMatch(/"c19" and 10 more$/)
  })

  test('that blocks comes before those that warn', () => {
    expect(found({ report: { duplicateKeys: 1, rowsWithoutKey: 2 }, checks: { onMissingKey: 'block' } })).toEqual([
      'onMissingKey: block',
      'onDuplicateKey: warn',
    ])
  })
})

describe('a run that is held back', () => {
  test('is an error with all problems, and whose move it is, as JSON', () => {
    const all = problems({ expectedRecords: 9, previous: publishedWith(100), report: { duplicateKeys: 1 } })
    const held = heldRun(run, all)
    expect(held?.message).toBe(
      'run run-7 of workflow wf1 is held back: rows: expected the 9 that the run announced, found 10; fetch its data again: it was cut off, or belongs to another run; and 1 more problem',
    )
    expect(held?.code).toBe('invalid-argument')
    expect(held?.details).toEqual({ blame: 'kadoa', problems: all })
    expect(JSON.parse(JSON.stringify(held?.details))).toEqual(held?.details)
  })

  test('is none where nothing blocks', () => {
    expect(heldRun(run, problems({ report: { duplicateKeys: 1 } }))).toBeUndefined()
  })
})
