import { describe, expect, test } from 'vitest'
import { addTable, createShare, loadShare, setShare, setTable, type TableChange } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime()
const code = (expected: string) => expect.objectContaining({ code: expected })

async function opened(entry: object = {}) {
  const store = memoryStore()
  await createShare(store, { name: 'sales' }, { runtime })
  const orders = { share: 'sales', schema: 'shop', name: 'orders', location: 's3://bucket/orders' }
  const { tables } = await addTable(store, { ...orders, ...entry }, { runtime })
  const change = async (changes: Omit<TableChange, 'schema' | 'name'>) =>
    (await setTable(store, { share: 'sales', schema: 'SHOP', name: 'Orders', ...changes })).tables[0]
  return { store, before: tables[0], change }
}

describe('an entry that is changed in place', () => {
  test('keeps its id, its names and what is not said', async () => {
    const { before, change } = await opened({ history: true, partition: { country: 'DE' } })
    expect(await change({ version: 3 })).toEqual({ ...before, version: 3 })
    expect(await change({ location: 's3://bucket/other', startVersion: 2 })).toEqual({
      ...before,
      version: 3,
      location: 's3://bucket/other',
      startVersion: 2,
    })
  })

  test('loses its filter and its start version when they are taken away, the latter with the history too', async () => {
    const { change } = await opened({ history: true, startVersion: 1, partition: { country: 'DE' } })
    expect((await change({ partition: null }))?.partition).toBeUndefined()
    expect((await change({ startVersion: null }))?.startVersion).toBeUndefined()
    await change({ startVersion: 1 })
    expect((await change({ history: false }))?.startVersion).toBeUndefined()
  })

  test('makes no generation when nothing is different', async () => {
    const { store, change } = await opened({ version: 3, partition: { country: 'DE' } })
    await change({ version: 3, partition: { country: 'DE' } })
    expect((await loadShare(store, 'sales')).generation).toBe(1)
  })

  test.each<[string, Omit<TableChange, 'schema' | 'name'>]>([
    ['a start version without history', { startVersion: 1 }],
    ['a start version past the one that is shown', { history: true, version: 2, startVersion: 3 }],
    ['a version that is none', { version: 1.5 }],
    ['a filter of nothing', { partition: {} }],
    ['a filter with an unknown operator', { partition: { country: { like: 'D' } } }],
    ['a filter with a number that would be rounded', { partition: { n: 2n ** 60n } }],
  ])('is refused with %s', async (_, change) => {
    await expect((await opened()).change(change)).rejects.toEqual(code('invalid-argument'))
  })

  test('must be there', async () => {
    const { store } = await opened()
    await expect(setTable(store, { share: 'sales', schema: 'shop', name: 'x' })).rejects.toEqual(code('not-found'))
    await expect(setTable(store, { share: 'x', schema: 'shop', name: 'x' })).rejects.toEqual(code('not-found'))
  })
})

describe('a partition filter', () => {
  test.each([
    { country: 'DE' },
    { country: null },
    { country: { in: ['DE', 'FR'] }, day: { gte: '2026-01-01', lt: '2026-02-01' } },
    { or: [{ country: 'DE' }, { not: { n: { isNull: true } } }] },
    { and: 'a column of that name' },
    { not: { startsWith: 'a column of that name' } },
  ])('%j is kept as it was given', async (partition) => {
    const { store } = await opened({ partition })
    expect((await loadShare(store, 'sales')).tables[0]?.partition).toEqual(partition)
  })
})

describe('what a share says of itself', () => {
  test('is changed alone, and counts as a generation', async () => {
    const { store } = await opened()
    const said = { displayName: 'Sales', comment: 'for partners', properties: { owner: 'a' } }
    expect(await setShare(store, { share: 'sales', ...said })).toMatchObject({ ...said, generation: 2 })
    expect(await setShare(store, { share: 'sales', comment: null })).toMatchObject({
      displayName: 'Sales',
      generation: 3,
    })
    expect((await loadShare(store, 'sales')).comment).toBeUndefined()
    expect((await setShare(store, { share: 'sales', displayName: 'Sales' })).generation).toBe(3)
  })

  test.each([
    ['a display name of 256 characters', { displayName: 'x'.repeat(256) }],
    ['a comment of 65537 characters', { comment: 'x'.repeat(65_537) }],
    ['51 properties', { properties: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])) }],
    ['a key of 256 characters', { properties: { ['k'.repeat(256)]: '' } }],
    ['a value of 1001 characters', { properties: { k: 'v'.repeat(1001) } }],
  ])('has the limits of the protocol: %s is refused', async (_, said) => {
    const { store } = await opened()
    await expect(setShare(store, { share: 'sales', ...said })).rejects.toEqual(code('invalid-argument'))
    await expect(createShare(store, { name: 'other', ...said })).rejects.toEqual(code('invalid-argument'))
  })
})
