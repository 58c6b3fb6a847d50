import { describe, expect, test } from 'vitest'
import { compareRuns, parseRun, runAppId } from '../../src/connector/index.ts'

const given = {
  workflowId: 'wf1',
  runId: 'r1',
  jobId: 'j1',
  state: 'FINISHED',
  startedAt: '2026-01-02T03:04:05.123Z',
  finishedAt: 1767330000000,
}

describe('a run', () => {
  test('has its times in one form, and no more than it was given', () => {
    expect(parseRun({ ...given, expectedRecords: 5, credits: 7, quality: { issueCount: 2 } })).toEqual({
      workflowId: 'wf1',
      runId: 'r1',
      jobId: 'j1',
      startedAt: '2026-01-02T03:04:05.123000Z',
      finishedAt: '2026-01-02T05:00:00.000000Z',
      expectedRecords: 5,
      quality: { issueCount: 2 },
    })
  })

  test('goes by the id of its job where it has none of its own', () => {
    expect(parseRun({ ...given, runId: undefined })).toMatchObject({ runId: 'j1', jobId: 'j1' })
    expect(parseRun({ ...given, jobId: null })).toMatchObject({ runId: 'r1', jobId: null })
  })

  test.each(['IN_PROGRESS', 'VALIDATING', 'FAILED', 'finished', ''])('in the state %j is not published', (state) => {
    expect(() => parseRun({ ...given, finishedAt: null, state })).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining(`its state is ${state}`),
        details: { blame: 'kadoa' },
      }),
    )
  })

  test.each([
    [{ runId: null, jobId: null }, 'runId: expected the id of the run, or its jobId'],
    [{ finishedAt: null }, 'finishedAt: expected when it finished'],
    [{ finishedAt: '2026-13-01T00:00:00Z' }, 'finishedAt: expected an ISO 8601 time'],
    [{ finishedAt: 1e18 }, 'finishedAt'],
    [{ expectedRecords: -1 }, 'expectedRecords'],
    [{ quality: { issueCount: 2 ** 31 } }, 'quality.issueCount'],
    [{ workflowId: 'a\ud800' }, 'workflowId: expected well-formed text'],
    [{ runId: 'a\ud800' }, 'runId: expected well-formed text'],
    [{ jobId: 'a\ud800' }, 'jobId: expected well-formed text'],
    [{ schemaVersion: 1.5 }, 'schemaVersion'],
    [{ schema: { workflowId: 'wf2', fields: [] } }, 'schema: it is that of another workflow'],
    [{ schema: { workflowId: 'wf1', fields: [{ name: 5 }] } }, 'schema.fields[0].name'],
  ])('with %j is refused with its place', (change, problem) => {
    expect(() => parseRun({ ...given, ...change })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(problem) }),
    )
  })

  test('whose id is undefined is not asked whether its id is meant for it', () => {
    expect(() => parseRun({ ...given, runId: undefined, jobId: undefined })).toThrow(/or its jobId; correct it/)
  })
})

test('runs are as old as their end; of two that end together the greater id is newer', () => {
  const ended = (finishedAt: string | number, runId = 'r') => parseRun({ ...given, finishedAt, runId })
  const runs = [
    ended('0999-01-01T00:00:00Z'),
    ended(-1),
    ended('2026-01-02T03:00:00+02:00'),
    ended('2026-01-02T01:00:00.000001Z'),
    ended('2026-01-02T02:00:00Z', 'a'),
    ended('2026-01-02T02:00:00Z', 'b'),
  ]
  expect([...runs].reverse().sort(compareRuns)).toEqual(runs)
  expect(compareRuns(ended(0), ended(0))).toBe(0)
})

test('the transaction of a run is named after connector, workflow and run, whatever their ids hold', () => {
  expect(runAppId('c1', { workflowId: 'wf1', runId: 'r1' })).toBe('kadoa:c1:wf1:r1')
  const colons = [
    runAppId('a:b', { workflowId: 'c', runId: 'd' }),
    runAppId('a', { workflowId: 'b:c', runId: 'd' }),
    runAppId('a%3Ab', { workflowId: 'c', runId: 'd' }),
  ]
  expect(new Set(colons).size).toBe(3)
})
