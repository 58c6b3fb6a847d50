import { describe, expect, test } from 'vitest'
import { publishRuns } from '../../../src/connector/metadata/publish-runs.ts'
import {
  forgetSamples,
  readmitWorkflow,
  retireVersions,
  takeBackRuns,
  withdrawWorkflow,
} from '../../../src/connector/metadata/take-back.ts'
import { NO_METADATA } from '../../../src/connector/metadata/workflow-metadata.ts'
import { factsOf, hour } from './sample.ts'

const failures = (...samples: string[]) => [{ column: 'title', count: 9, present: 9, samples }]
const detailsOf = (...samples: string[]) => JSON.stringify({ title: { count: 9, samples } })

const known = publishRuns(NO_METADATA, [
  factsOf({ n: 1, rows: 3, castFailures: failures('the number 5', 'the text "Ann \\"A\\" Lee"') }),
  factsOf({ n: 2, rows: 4 }),
  factsOf({ n: 3, rows: 5, schemaVersion: 2, fields: [{ name: 'price' }], castFailures: failures('the number 7') }),
])

describe('a workflow that is shared no longer', () => {
  test('is deleted, and its versions are retired; its runs stay as they are', () => {
    const { workflow, versions, runs } = withdrawWorkflow(known)
    expect(workflow).toEqual({ ...known.workflow, LATEST_TABLE: null, IS_DELETED: true })
    expect(versions).toMatchObject([
      { STATUS: 'RETIRED', IS_LATEST: false, TOTAL_ROWS: 7 },
      { STATUS: 'RETIRED', IS_LATEST: false, TOTAL_ROWS: 5 },
    ])
    expect(runs).toBe(known.runs)
  })

  test('is what it was once it is shared again', () => {
    expect(readmitWorkflow(withdrawWorkflow(known))).toEqual(known)
  })

  test('is shared again with the version of the next run only', () => {
    const next = publishRuns(withdrawWorkflow(known), [
      factsOf({ n: 4, schemaVersion: 2, fields: [{ name: 'price' }] }),
    ])
    expect(next.workflow).toMatchObject({ LATEST_TABLE: 'WF_WF1__LATEST', IS_DELETED: false })
    expect(next.versions).toMatchObject([{ STATUS: 'RETIRED' }, { STATUS: 'PUBLISHED', IS_LATEST: true }])
  })

  test('was never published: there is nothing to say', () => {
    expect(withdrawWorkflow(NO_METADATA)).toBe(NO_METADATA)
    expect(readmitWorkflow(NO_METADATA)).toBe(NO_METADATA)
  })
})

test('an old version is retired alone', () => {
  expect(retireVersions(known, [1]).versions).toEqual([{ ...known.versions[0], STATUS: 'RETIRED' }, known.versions[1]])
})

describe('a run that is taken back', () => {
  test('counts no longer, and its samples are forgotten', () => {
    const { workflow, versions, runs } = takeBackRuns(known, { runIds: ['run-000001', 'unknown'] })
    expect(workflow).toBe(known.workflow)
    expect(versions).toMatchObject([{ TOTAL_ROWS: 4, STATUS: 'SUPERSEDED' }, { TOTAL_ROWS: 5 }])
    expect(runs[0]).toMatchObject({ STATUS: 'RETRACTED', ROW_COUNT: 3, CAST_FAILURE_DETAILS: detailsOf() })
    expect(runs[1]).toBe(known.runs[1])
  })

  test('gives way to the newest that is left', () => {
    const { workflow, versions, runs } = takeBackRuns(known, {
      runIds: ['run-000003'],
      status: 'REPLACED',
      latest: { tableVersion: 17, rows: 4 },
    })
    expect(workflow).toMatchObject({
      NAME: 'Workflow as of 3',
      LATEST_SCHEMA_VERSION: 1,
      LATEST_RUN_ID: 'run-000002',
      LATEST_RUN_FINISHED_AT: hour(2),
      LATEST_ROW_COUNT: 4,
      PUBLISHED_AT: hour(1002),
    })
    expect(versions).toMatchObject([
      { STATUS: 'PUBLISHED', IS_LATEST: true },
      { STATUS: 'PENDING', IS_LATEST: false, TOTAL_ROWS: 0 },
    ])
    expect(runs).toMatchObject([
      { LATEST_TABLE_VERSION: null },
      { LATEST_TABLE_VERSION: 17 },
      { STATUS: 'REPLACED', LATEST_TABLE_VERSION: null },
    ])
  })

  test('leaves to the one before it the version that first showed that', () => {
    const shown = publishRuns(NO_METADATA, [factsOf({ n: 1, latest: { tableVersion: 5, rows: 3 } })])
    const both = publishRuns(shown, [factsOf({ n: 2, latest: { tableVersion: 6, rows: 3 } })])
    const { runs } = takeBackRuns(both, { runIds: ['run-000002'], latest: { tableVersion: 7, rows: 3 } })
    expect(runs).toMatchObject([{ LATEST_TABLE_VERSION: 5 }, { LATEST_TABLE_VERSION: 6 }])
  })

  test('may be the last; the next one is the newest, however old', () => {
    const none = takeBackRuns(known, { runIds: known.runs.map(({ RUN_ID }) => RUN_ID) })
    expect(none.workflow).toMatchObject({ LATEST_RUN_ID: null, LATEST_RUN_FINISHED_AT: null, LATEST_ROW_COUNT: 0 })
    expect(none.versions).toMatchObject([{ STATUS: 'PENDING' }, { STATUS: 'PENDING' }])
    expect(publishRuns(none, [factsOf({ n: 1, rows: 3 })])).toMatchObject({
      workflow: { LATEST_RUN_ID: 'run-000001', LATEST_SCHEMA_VERSION: 1 },
      versions: [{ STATUS: 'PUBLISHED', TOTAL_ROWS: 3 }, { STATUS: 'PENDING' }],
      runs: [{ RUN_ID: 'run-000001', STATUS: 'PUBLISHED' }, { STATUS: 'RETRACTED' }, { STATUS: 'RETRACTED' }],
    })
  })

  test('twice is taken back once', () => {
    const once = takeBackRuns(known, { runIds: ['run-000001'] })
    expect(takeBackRuns(once, { runIds: ['run-000001'] })).toBe(once)
  })
})

describe('samples of values that did not fit', () => {
  test.each([['Ann "A" Lee'], ['Ann'], ['"A"']])('are forgotten where they hold %j', (value) => {
    const left = detailsOf('the number 5')
    const { runs } = forgetSamples(known, [value])
    expect(runs.map((run) => run.CAST_FAILURE_DETAILS)).toEqual([left, null, detailsOf('the number 7')])
  })

  test('are forgotten where they hold a value in a mix of Unicode forms', () => {
    const mixed = publishRuns(NO_METADATA, [
      factsOf({ n: 1, castFailures: failures('the text "L\u00ea\u0323"', 'the number 5') }),
    ])
    const left = forgetSamples(mixed, ['L\u1ec7'])
    expect(left.runs[0]?.CAST_FAILURE_DETAILS).toBe(detailsOf('the number 5'))
  })

  test('are forgotten where they were shortened, for they may have held anything', () => {
    const shortened = ['the text "Dear Mrs Le…"', 'the number 123…']
    const one = publishRuns(NO_METADATA, [factsOf({ n: 1, castFailures: failures(...shortened, 'the number 5') })])
    expect(forgetSamples(one, ['Lee']).runs[0]?.CAST_FAILURE_DETAILS).toBe(detailsOf('the number 5'))
    expect(forgetSamples(one, [])).toEqual(one)
  })

  test('stay otherwise, and so do the rows', () => {
    const after = forgetSamples(known, ['Bob', 8])
    expect(after).toEqual(known)
  })
})
