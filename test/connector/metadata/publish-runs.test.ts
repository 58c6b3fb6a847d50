import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunFacts } from '../../../src/connector/metadata/facts.ts'
import { publishRuns } from '../../../src/connector/metadata/publish-runs.ts'
import { NO_METADATA, type WorkflowMetadata } from '../../../src/connector/metadata/workflow-metadata.ts'
import { factsOf, hour } from './sample.ts'

const published = (...runs: RunFacts[]): WorkflowMetadata => publishRuns(NO_METADATA, runs)

describe('a workflow', () => {
  test('is told of as its newest run knew it', () => {
    const facts = factsOf({
      n: 1,
      rows: 7,
      latest: { tableVersion: 3, rows: 21 },
      workflow: { description: 'Prices', tags: ['a', 'b'], urls: ['https://shop.example'], state: 'ACTIVE' },
    })
    expect(published(facts).workflow).toEqual({
      WORKFLOW_ID: 'wf1',
      NAME: 'Workflow as of 1',
      DESCRIPTION: 'Prices',
      ENTITY: null,
      TAGS: ['a', 'b'],
      SOURCE_URL: 'https://shop.example',
      STATE: 'ACTIVE',
      LATEST_SCHEMA_VERSION: 1,
      LATEST_TABLE: 'WF_WF1__LATEST',
      LATEST_RUN_ID: 'run-000001',
      LATEST_RUN_FINISHED_AT: hour(1),
      LATEST_ROW_COUNT: 21,
      PUBLISHED_AT: hour(1001),
      IS_DELETED: false,
    })
  })

  test('does not go back to an older run that comes later', () => {
    const newest = published(factsOf({ n: 9, schemaVersion: 2, fields: [{ name: 'price' }] }))
    const next = publishRuns(newest, [factsOf({ n: 3, rows: 5, publishedAt: hour(5000) })])
    expect(next.workflow).toEqual(newest.workflow)
    expect(next.versions).toMatchObject([
      { SCHEMA_VERSION: 1, STATUS: 'SUPERSEDED', IS_LATEST: false, TOTAL_ROWS: 5, FIRST_RUN_ID: 'run-000003' },
      { SCHEMA_VERSION: 2, STATUS: 'PUBLISHED', IS_LATEST: true, TOTAL_ROWS: 10 },
    ])
  })

  test('of which half a surrogate pair is left has a name that UTF-8 can hold', () => {
    expect(published(factsOf({ n: 1, workflow: { name: 'a\ud800', tags: ['\udc00'] } })).workflow).toMatchObject({
      NAME: 'a\ufffd',
      TAGS: ['\ufffd'],
    })
  })

  test('that was deleted at Kadoa says so', () => {
    expect(published(factsOf({ n: 1, workflow: { state: 'DELETED' } })).workflow).toMatchObject({ IS_DELETED: true })
  })
})

describe('a version', () => {
  test('counts its rows, and keeps its first and last publication', () => {
    const { versions } = published(factsOf({ n: 2, rows: 5 }), factsOf({ n: 1, rows: 3 }), factsOf({ n: 4, rows: 2 }))
    expect(versions).toEqual([
      {
        WORKFLOW_ID: 'wf1',
        SCHEMA_VERSION: 1,
        TABLE_NAME: 'WF_WF1__V1',
        SCHEMA_ID: null,
        DESCRIPTOR_HASH: expect.stringMatching(/^[0-9a-f]{64}$/),
        LAYOUT_HASH: factsOf({ n: 1 }).layout.hash,
        FIELD_COUNT: 1,
        STATUS: 'PUBLISHED',
        IS_LATEST: true,
        CHANGE_SUMMARY: null,
        FIRST_RUN_ID: 'run-000001',
        FIRST_PUBLISHED_AT: hour(1001),
        LAST_PUBLISHED_AT: hour(1004),
        TOTAL_ROWS: 10,
      },
    ])
  })

  test('is described by its newest run, also where the workflow has a newer version', () => {
    const described = (n: number, description: string) => factsOf({ n, fields: [{ name: 'title', description }] })
    const start = published(described(2, 'as of 2'), factsOf({ n: 9, schemaVersion: 2, fields: [{ name: 'price' }] }))
    const descriptionAfter = (run: RunFacts) => publishRuns(start, [run]).fields[0]?.DESCRIPTION
    expect(descriptionAfter(described(1, 'as of 1'))).toBe('as of 2')
    expect(descriptionAfter(described(3, 'as of 3'))).toBe('as of 3')
  })

  test('says how it differs from the one before, also when that comes later', () => {
    const later = published(factsOf({ n: 9, schemaVersion: 2, fields: [{ name: 'title' }, { name: 'price' }] }))
    expect(later.versions[0]?.CHANGE_SUMMARY).toBeNull()
    const both = publishRuns(later, [factsOf({ n: 3 })])
    expect(JSON.parse(both.versions[1]?.CHANGE_SUMMARY ?? '')).toEqual({
      added: [{ name: 'price', dataType: 'STRING', isKey: false }],
      removed: [],
      updated: [],
      unchanged: ['title'],
    })
  })
})

describe('a run', () => {
  test('has a row with all that is known of it', () => {
    const facts = factsOf({
      n: 1,
      rows: 4,
      latest: { tableVersion: 8, rows: 4 },
      isBackfill: true,
      run: { jobId: 'job-1', startedAt: hour(0), quality: { issueCount: 2 } },
      castFailures: [{ column: 'title', count: 3, present: 4, samples: ['the number 5'] }],
    })
    expect(published(facts).runs).toEqual([
      {
        WORKFLOW_ID: 'wf1',
        RUN_ID: 'run-000001',
        JOB_ID: 'job-1',
        SCHEMA_VERSION: 1,
        STARTED_AT: hour(0),
        FINISHED_AT: hour(1),
        ROW_COUNT: 4,
        BYTES: 400,
        TABLE_NAME: 'WF_WF1__V1',
        TABLE_VERSION: 1,
        LATEST_TABLE_VERSION: 8,
        STATUS: 'PUBLISHED',
        IS_BACKFILL: true,
        CAST_FAILURES: 3,
        CAST_FAILURE_DETAILS: '{"title":{"count":3,"samples":["the number 5"]}}',
        DATA_QUALITY_ISSUES: 2,
        PUBLISHED_AT: hour(1001),
      },
    ])
  })

  test('that is published already changes nothing, whatever comes with it', () => {
    const known = published(factsOf({ n: 1 }))
    expect(publishRuns(known, [factsOf({ n: 1, rows: 99 }), factsOf({ n: 1 })])).toBe(known)
    expect(publishRuns(known, [])).toBe(known)
  })
})

/** Runs of three versions in any mixture, none of them twice. */
const runsOfAWorkflow = fc
  .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
  .chain((ns) => fc.tuple(...ns.map(runNumbered)))

function runNumbered(n: number): fc.Arbitrary<RunFacts> {
  return fc
    .record({
      schemaVersion: fc.integer({ min: 1, max: 3 }),
      rows: fc.nat(50),
      description: fc.constantFrom('one', 'two', null),
      publishedAt: fc.integer({ min: 0, max: 3 }),
      sameTime: fc.boolean(),
    })
    .map(({ schemaVersion, rows, description, publishedAt, sameTime }) =>
      factsOf({
        n,
        schemaVersion,
        rows,
        fields: [{ name: 'title', description }, ...(schemaVersion > 1 ? [{ name: `f${schemaVersion}` }] : [])],
        // No two publications are at one time; runs may finish at one.
        publishedAt: hour(1000 + 100 * publishedAt + n),
        run: sameTime ? { finishedAt: hour(20) } : {},
      }),
    )
}

/** What a publication loads: only what is as new as its oldest run. */
function since(known: WorkflowMetadata, runs: readonly RunFacts[]): WorkflowMetadata {
  const oldest = runs.map(({ run }) => run.finishedAt).sort()[0] ?? ''
  return { ...known, runs: known.runs.filter(({ FINISHED_AT }) => FINISHED_AT >= oldest) }
}

test('runs in any order, in groups of any size, again and again, end in the same metadata', () => {
  const inOrder = ({ runs, ...rest }: WorkflowMetadata) => ({
    ...rest,
    runs: runs.toSorted((a, b) => (a.RUN_ID < b.RUN_ID ? -1 : 1)),
  })
  const shuffled = runsOfAWorkflow.chain((runs) =>
    fc.record({
      runs: fc.constant(runs),
      order: fc.shuffledSubarray(runs, { minLength: runs.length }),
      cuts: fc.array(fc.integer({ min: 0, max: runs.length }), { maxLength: 4 }),
    }),
  )
  fc.assert(
    fc.property(shuffled, ({ runs, order, cuts }) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), order.length]
      const groups = at.map((from, index) => order.slice(from, at[index + 1])).filter((group) => group.length > 0)
      const byGroups = [...groups, order.slice(0, 2)].reduce((known, group) => {
        const part = since(known, group)
        const next = publishRuns(part, group)
        const others = known.runs.filter((run) => !part.runs.includes(run))
        return { ...next, runs: [...others, ...next.runs] }
      }, NO_METADATA)
      expect(inOrder(byGroups)).toEqual(inOrder(published(...runs)))
    }),
  )
})
