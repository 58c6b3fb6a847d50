import { describe, expect, test } from 'vitest'
import { parseDelivery } from '../../src/connector/delivery.ts'
import { changeEntry, findEntry, listEntries, openEntry, restarted } from '../../src/connector/journal.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime()
const options = { runtime }

function headOf(runId: string, workflowId = 'products') {
  return parseDelivery({
    workflow: { id: workflowId, name: 'Products' },
    schema: { workflowId, fields: [{ name: 'title', dataType: 'STRING' }] },
    run: { workflowId, runId, state: 'FINISHED', finishedAt: '2026-01-02T03:04:05Z' },
  })
}

const delivered = (runId: string, attempt = 'first') => ({ head: headOf(runId), attempt, eraseEpoch: 0 })
const open = (store: ObjectStore, runId: string, attempt?: string) =>
  openEntry(store, 'acme', delivered(runId, attempt), options)

test('a run has one entry, whoever delivers it: the first one says what it is', async () => {
  const store = memoryStore()
  const attempts = Array.from({ length: 16 }, (_, i) => `attempt-${i}`)
  const entries = await Promise.all(attempts.map((attempt) => open(store, 'run-1', attempt)))
  expect(new Set(entries.map(({ attempt }) => attempt)).size).toBe(1)
  expect(entries[0]).toMatchObject({ step: 'staging', workflowId: 'products', runId: 'run-1', isBackfill: false })
  expect(await findEntry(store, 'acme', { workflowId: 'products', runId: 'run-1' }, options)).toEqual(entries[0])
})

test('what an entry holds of a run is the run again', async () => {
  const store = memoryStore()
  const { run, schema, workflow } = await open(store, 'run-1')
  expect({ run, schema, workflow }).toEqual(headOf('run-1'))
})

test('runs whose ids differ by case or by what no key may hold have entries of their own', async () => {
  const store = memoryStore()
  const ids = ['abc', 'ABC', 'a/b', 'a b', '../a', 'é', '', 'x'.repeat(300)].filter((id) => id !== '')
  for (const id of ids) await open(store, id)
  const entries = await listEntries(store, 'acme', options)
  expect(entries.map(({ runId }) => runId).sort()).toEqual([...ids].sort())
})

test('an entry that belongs to another run is never taken for this one', async () => {
  const store = memoryStore()
  await open(store, 'run-1')
  const { body } = await store.get('connectors/acme/journal/PRODUCTS/run-1.json')
  await store.put('connectors/acme/journal/PRODUCTS/run-2.json', body, { mode: 'overwrite' })
  await expect(open(store, 'run-2')).rejects.toMatchObject({ code: 'invalid-data' })
})

describe('the step of a run', () => {
  test('goes on only as it may', async () => {
    const store = memoryStore()
    const { run } = await open(store, 'run-1')
    const to = (step: 'staged' | 'committed' | 'published' | 'held' | 'staging' | 'retracted') =>
      changeEntry(store, 'acme', run, () => ({ step }), options)
    await expect(to('committed')).rejects.toMatchObject({ code: 'internal' })
    await to('staged')
    await expect(to('held')).rejects.toMatchObject({ code: 'internal' })
    await to('committed')
    await expect(to('staging')).rejects.toMatchObject({ code: 'internal' })
    await to('published')
    await expect(to('staged')).rejects.toMatchObject({ code: 'internal' })
    await to('retracted')
    for (const step of ['staging', 'staged', 'committed', 'published', 'held'] as const) {
      await expect(to(step)).rejects.toMatchObject({ code: 'internal' })
    }
  })

  test('of a run that was held back goes on with the next delivery that passes', async () => {
    const store = memoryStore()
    const { run } = await open(store, 'run-1')
    await changeEntry(store, 'acme', run, () => ({ step: 'held' }), options)
    const again = restarted(delivered('run-1', 'second'))
    const entry = await changeEntry(store, 'acme', run, () => ({ step: 'staged', ...again }), options)
    expect(entry).toMatchObject({ step: 'staged', attempt: 'second' })
  })

  test('stays where nothing is to be different, and nothing is written', async () => {
    const store = memoryStore()
    const { run } = await open(store, 'run-1')
    const { etag } = await store.head('connectors/acme/journal/PRODUCTS/run-1.json')
    expect(await changeEntry(store, 'acme', run, () => undefined, options)).toMatchObject({ step: 'staging' })
    expect((await store.head('connectors/acme/journal/PRODUCTS/run-1.json')).etag).toBe(etag)
  })

  test('of a run whose entry is gone cannot be changed', async () => {
    const run = { workflowId: 'products', runId: 'run-1' }
    const change = changeEntry(memoryStore(), 'acme', run, () => ({ step: 'staged' }), options)
    await expect(change).rejects.toMatchObject({ code: 'invalid-data' })
  })
})
