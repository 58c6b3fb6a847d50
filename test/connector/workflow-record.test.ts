import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assignSchemaVersion, findWorkflowRecord, forgetVersionOf } from '../../src/connector/workflow-record.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { descriptorOf, fieldOf, run } from './sample.ts'

const CONNECTOR_ID = 'acme'

/** A workflow whose runs, each of a day of January, come with a layout and are taken back. */
function workflow() {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const idOf = (day: number): string => `run-${day}`
  return {
    assign: async (day: number, layout: string): Promise<number> => {
      const finishedAt = `2026-01-${String(day).padStart(2, '0')}T00:00:00.000000Z`
      const asked = {
        run: { ...run, runId: idOf(day), finishedAt, schemaVersion: null },
        schema: { ...descriptorOf(fieldOf(layout, 'STRING')), version: null },
      }
      const { version } = await assignSchemaVersion(store, CONNECTOR_ID, asked, { runtime })
      return version
    },
    takeBack: (day: number): Promise<void> =>
      forgetVersionOf(store, CONNECTOR_ID, { workflowId: run.workflowId, runId: idOf(day) }, { runtime }),
    record: () => findWorkflowRecord(store, CONNECTOR_ID, run.workflowId, { runtime }),
  }
}

describe('the version of a run', () => {
  test('is left by the run that asks again with another layout', async () => {
    const { assign, record } = workflow()
    expect([await assign(1, 'a'), await assign(2, 'b'), await assign(2, 'a'), await assign(3, 'b')]).toEqual([
      1, 2, 1, 2,
    ])
    expect((await record())?.versions.map(({ runs }) => runs.map(({ runId }) => runId))).toEqual([
      ['run-1', 'run-2'],
      ['run-3'],
    ])
  })

  test('decides no longer once the run is taken back, also twice', async () => {
    const { assign, takeBack } = workflow()
    await takeBack(2)
    expect([await assign(1, 'a'), await assign(2, 'b')]).toEqual([1, 2])
    await takeBack(2)
    await takeBack(2)
    expect(await assign(3, 'a')).toBe(1)
  })

  test('is remembered of the oldest run and of the newest fifteen', async () => {
    const { assign, record } = workflow()
    for (let day = 1; day <= 20; day++) await assign(day, 'a')
    const days = (await record())?.versions[0]?.runs.map(({ runId }) => runId.slice(4))
    expect(days).toEqual(['1', ...Array.from({ length: 15 }, (_, index) => String(index + 6))])
  })
})

test('in whatever order runs come, come again and go, a new one has the version of the newest that is there, or a change', async () => {
  const happening = fc.record({
    day: fc.integer({ min: 1, max: 12 }),
    layout: fc.constantFrom('a', 'b', 'c'),
    isTakenBack: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 24 }), async (happenings) => {
      const { assign, takeBack } = workflow()
      const there = new Map<number, { readonly layout: string; readonly version: number }>()
      const layouts = new Map<number, string>()
      for (const { day, layout, isTakenBack } of happenings) {
        const before = there.get(day)
        there.delete(day)
        if (isTakenBack) {
          await takeBack(day)
          continue
        }
        const newest = there.get(Math.max(...there.keys()))
        const highest = Math.max(0, ...[...there.values()].map(({ version }) => version))
        const version = await assign(day, layout)
        if (before?.layout === layout) expect(version).toBe(before.version)
        else if (newest !== undefined && [...there.keys()].every((other) => other < day)) {
          if (newest.layout === layout) expect(version).toBe(newest.version)
          else expect(version).toBeGreaterThan(highest)
        }
        // A table has one layout for ever.
        expect(layouts.get(version) ?? layout).toBe(layout)
        layouts.set(version, layout)
        there.set(day, { layout, version })
        expect(await assign(day, layout)).toBe(version)
      }
    }),
    { numRuns: 100 },
  )
})
