import { describe, expect, test } from 'vitest'
import type { RunFacts } from '../../../src/connector/metadata/facts.ts'
import { openMetadata } from '../../../src/connector/metadata/metadata.ts'
import { publishRuns } from '../../../src/connector/metadata/publish-runs.ts'
import { takeBackRuns } from '../../../src/connector/metadata/take-back.ts'
import { NO_METADATA, type WorkflowMetadata } from '../../../src/connector/metadata/workflow-metadata.ts'
import { factsOf, metadataTables } from './sample.ts'

type Tables = ReturnType<typeof metadataTables>

const ids = (runs: readonly RunFacts[]) => new Set(runs.map(({ run }) => run.workflowId))

/** Writes, without publishing. */
async function attempt({ settings }: Tables, ...runs: RunFacts[]) {
  const metadata = openMetadata(settings)
  const since = runs.map(({ run }) => run.finishedAt).sort()[0]
  const known = await metadata.load(ids(runs), { since })
  const next = Array.from(known, ([id, before]): [string, WorkflowMetadata] => [
    id,
    publishRuns(
      before,
      runs.filter(({ run }) => run.workflowId === id),
    ),
  ])
  return metadata.write(new Map(next))
}

async function publish(tables: Tables, ...runs: RunFacts[]): Promise<string[]> {
  const written = await attempt(tables, ...runs)
  tables.publish(written)
  return written.filter(({ changed }) => changed).map(({ name }) => name)
}

async function shown({ settings }: Tables, workflowId = 'wf1'): Promise<WorkflowMetadata> {
  return (await openMetadata(settings).load([workflowId])).get(workflowId) ?? NO_METADATA
}

const price = { schemaVersion: 2, fields: [{ name: 'price', dataType: 'NUMBER' }] }
const all = ['WORKFLOWS', 'WORKFLOW_SCHEMA_VERSIONS', 'WORKFLOW_SCHEMA_FIELDS', 'WORKFLOW_RUNS']

describe('the metadata of workflows', () => {
  test('is read back as it was decided, for one among others', async () => {
    const tables = metadataTables()
    const [first, second] = [factsOf({ n: 1 }), factsOf({ n: 2, ...price })]
    const others = ['wf0', 'wf2'].map((workflowId) => factsOf({ workflowId, n: 5 }))
    expect(await publish(tables, first, ...others)).toEqual(all)
    expect(await publish(tables, second)).toEqual(all)
    expect(await shown(tables)).toEqual(publishRuns(NO_METADATA, [first, second]))
    expect(await shown(tables, 'wf2')).toEqual(publishRuns(NO_METADATA, [factsOf({ workflowId: 'wf2', n: 5 })]))
    expect(await shown(tables, 'wf3')).toEqual(NO_METADATA)
  })

  test('is written only where it changes', async () => {
    const tables = metadataTables()
    await publish(tables, factsOf({ n: 5 }))
    expect(await publish(tables, factsOf({ n: 5 }))).toEqual([])
    expect(await publish(tables, factsOf({ n: 4 }))).toEqual(['WORKFLOW_SCHEMA_VERSIONS', 'WORKFLOW_RUNS'])
    expect(await publish(tables, factsOf({ n: 6 }))).toEqual(all.filter((name) => !name.endsWith('FIELDS')))
  })

  test('makes all tables before there is anything to say', async () => {
    const tables = metadataTables()
    const written = await attempt(tables)
    expect(written.map(({ name, version, changed }) => ({ name, version, changed }))).toEqual(
      all.map((name) => ({ name, version: 0, changed: true })),
    )
    tables.publish(written)
    expect(await attempt(tables)).toMatchObject(all.map((name) => ({ name, version: 0, changed: false })))
  })

  test('changes in runs that are there already', async () => {
    const tables = metadataTables()
    const runs = [factsOf({ n: 1 }), factsOf({ n: 2 }), factsOf({ n: 3 })]
    await publish(tables, ...runs)
    const metadata = openMetadata(tables.settings)
    const [known] = [...(await metadata.load(['wf1'])).values()]
    const next = takeBackRuns(known ?? NO_METADATA, { runIds: ['run-000003'] })
    tables.publish(await metadata.write(new Map([['wf1', next]])))
    expect(await shown(tables)).toEqual(takeBackRuns(publishRuns(NO_METADATA, runs), { runIds: ['run-000003'] }))
  })

  test('is not written of a workflow that was not loaded', async () => {
    const metadata = openMetadata(metadataTables().settings)
    await expect(metadata.write(new Map([['wf1', NO_METADATA]]))).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('a publication that died', () => {
  test.each([1, 3])('%i times is as if it had never been', async (times) => {
    const tables = metadataTables()
    const runs = [factsOf({ n: 1 }), factsOf({ n: 2 })]
    await publish(tables, ...runs)
    for (let n = 0; n < times; n++) await attempt(tables, factsOf({ n: 50 + n, ...price }))
    expect(await shown(tables)).toEqual(publishRuns(NO_METADATA, runs))
    await publish(tables, factsOf({ n: 3 }))
    expect(await shown(tables)).toEqual(publishRuns(NO_METADATA, [...runs, factsOf({ n: 3 })]))
  })

  test('before anything was shown leaves nothing to the next one', async () => {
    const tables = metadataTables()
    await attempt(tables, factsOf({ n: 1, ...price }))
    await publish(tables, factsOf({ n: 2 }))
    expect(await shown(tables)).toEqual(publishRuns(NO_METADATA, [factsOf({ n: 2 })]))
  })
})

test('of two publications at once one is a conflict at the latest when it is shown, and no rows mix', async () => {
  const tables = metadataTables()
  await publish(tables, factsOf({ n: 1 }))
  const attempts = await Promise.allSettled([2, 3].map((n) => attempt(tables, factsOf({ n }))))
  for (const [index, each] of attempts.entries()) {
    if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'conflict' })
    else {
      tables.publish(each.value)
      expect(await shown(tables)).toEqual(publishRuns(NO_METADATA, [factsOf({ n: 1 }), factsOf({ n: index + 2 })]))
    }
  }
  expect(attempts.some(({ status }) => status === 'rejected')).toBe(true)
})

test('a writer that comes in between is a conflict', async () => {
  const tables = metadataTables()
  await publish(tables, factsOf({ n: 1 }))
  const late = openMetadata(tables.settings)
  const known = await late.load(['wf1'])
  await attempt(tables, factsOf({ n: 2 }))
  const next = new Map(Array.from(known, ([id, before]) => [id, publishRuns(before, [factsOf({ n: 3 })])] as const))
  await expect(late.write(next)).rejects.toMatchObject({ code: 'conflict' })
})
