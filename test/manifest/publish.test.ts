import { describe, expect, test } from 'vitest'
import {
  addTable,
  createShare,
  dropShare,
  loadShare,
  openCandidate,
  pinnedVersions,
  publish,
  published,
  type Share,
  setTable,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'

const runtime = simulatedRuntime()
const code = (expected: string) => expect.objectContaining({ code: expected })
const table = (name: string, version: number) => ({ schema: 'shop', name, location: `s3://bucket/${name}`, version })

async function opened(): Promise<{ store: ObjectStore; share: Share }> {
  const store = memoryStore()
  await createShare(store, { name: 'sales' }, { runtime })
  return { store, share: await addTable(store, { share: 'sales', ...table('orders', 1) }, { runtime }) }
}

describe('a publication', () => {
  test('is one generation, however many tables it changes', async () => {
    const { store, share } = await opened()
    const next = await publish(store, { share, tables: [table('ORDERS', 2), table('returns', 1)] }, { runtime })
    expect(next).toMatchObject({
      generation: share.generation + 1,
      tables: [
        { name: 'orders', version: 2, id: share.tables[0]?.id },
        { name: 'returns', version: 1 },
      ],
    })
  })

  test('that changes nothing makes no generation', async () => {
    const { store, share } = await opened()
    expect(await publish(store, { share, tables: [table('orders', 1)] }, { runtime })).toEqual(share)
  })

  test('that changes nothing makes one where it is told to touch the share', async () => {
    const { store, share } = await opened()
    const publication = { share, tables: [table('orders', 1)], touch: true }
    const next = await publish(store, publication, { runtime })
    expect(next).toEqual({ ...share, generation: share.generation + 1 })
    await expect(publish(store, publication, { runtime })).rejects.toEqual(code('conflict'))
  })

  test('leaves what it does not say of a table that is shown', async () => {
    const { store } = await opened()
    const partition = { country: 'DE' }
    const share = await setTable(store, { share: 'sales', schema: 'shop', name: 'orders', history: true, partition })
    const next = await publish(store, { share, tables: [table('orders', 2)] }, { runtime })
    expect(next.tables).toMatchObject([{ version: 2, history: true, partition }])
  })

  test('on a share that was dropped and created anew is a conflict, though the generation is the same', async () => {
    const { store } = await opened()
    const share = await loadShare(store, 'sales')
    await dropShare(store, 'sales')
    await createShare(store, { name: 'sales' }, { runtime })
    await addTable(store, { share: 'sales', ...table('orders', 1) }, { runtime })
    await expect(publish(store, { share, tables: [table('orders', 2)] })).rejects.toEqual(code('conflict'))
  })

  const FAULTS = ['answer-lost', 'reset', 'late', 'twice', '412'] as const

  test.each(FAULTS)('is made once when the storage answers with %s', async (fault) => {
    const { store: inner, share } = await opened()
    const store = faultyStore(inner, [{ fault, operations: ['put'], to: 1 }])
    const publication = { share, tables: [table('orders', 2), table('returns', 1)] }
    await publish(store, publication, { runtime })
    await store.settle()
    const after = await loadShare(inner, 'sales')
    expect(after).toMatchObject({ generation: share.generation + 1, tables: [{ version: 2 }, { name: 'returns' }] })
    expect(await publish(inner, publication, { runtime })).toEqual(after)
  })

  test.each(FAULTS)('that touches the share moves it once when the storage answers with %s', async (fault) => {
    const { store: inner, share } = await opened()
    const store = faultyStore(inner, [{ fault, operations: ['put'], to: 1 }])
    const next = await publish(store, { share, tables: [table('returns', 1)], touch: true }, { runtime })
    await store.settle()
    expect(next.generation).toBe(share.generation + 1)
    expect(await loadShare(inner, 'sales')).toEqual(next)
  })

  test('of another run does not take the next generation for its own', async () => {
    const { store, share } = await opened()
    await publish(store, { share, tables: [table('orders', 3)] }, { runtime })
    await expect(publish(store, { share, tables: [table('orders', 2)] })).rejects.toEqual(code('conflict'))
    const remove = [{ schema: 'shop', name: 'orders' }]
    await expect(publish(store, { share, tables: [], remove })).rejects.toEqual(code('conflict'))
  })
})

test('a candidate is a root of its own: what it shows is nowhere else', async () => {
  const { store, share } = await opened()
  const candidate = await openCandidate(published(share, { tables: [table('orders', 2)] }, { runtime }), { runtime })
  expect(await loadShare(candidate.store, 'sales')).toMatchObject({ id: share.id, tables: [{ version: 2 }] })
  expect(candidate.bearerToken).toMatch(/^dq_candidate_/)
  expect(await loadShare(store, 'sales')).toEqual(share)
})

test('the versions that shares show of a table are known, however they spell its location', async () => {
  const { store } = await opened()
  await createShare(store, { name: 'other' }, { runtime })
  const places = ['/srv/t', 'file:///srv/t/', '/srv/t', '/srv/u', '/srv/t']
  for (const [i, location] of places.entries()) {
    const version = i === 4 ? 'latest' : [7, 3, 7, 9][i]
    await addTable(store, { share: 'other', schema: 's', name: `t${i}`, location, version }, { runtime })
  }
  expect(await pinnedVersions(store, '/srv/t')).toEqual([3, 7])
  expect(await pinnedVersions(store, 's3://bucket/orders/')).toEqual([1])
  expect(await pinnedVersions(store, '/srv/none')).toEqual([])
})
