import { describe, expect, test } from 'vitest'
import {
  addTable,
  createShare,
  dropShare,
  listShares,
  loadShare,
  type NewTable,
  removeTable,
} from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'

const runtime = simulatedRuntime()
const table = (name: string): NewTable => ({ share: 'sales', schema: 'shop', name, location: `s3://bucket/${name}` })
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('a share', () => {
  test('is one object under its name in lower case, that operators can read', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'Sales', comment: 'since 2020' }, { runtime })
    const { body } = await store.get('sharing/shares/sales.json')
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({
      manifestVersion: 1,
      name: 'Sales',
      comment: 'since 2020',
      generation: 0,
      tables: [],
    })
    expect(await loadShare(store, 'SALES')).toMatchObject({ name: 'Sales' })
  })

  test('of a name that is taken, whatever its case, is refused', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    await expect(createShare(store, { name: 'SALES' }, { runtime })).rejects.toEqual(code('already-exists'))
  })

  test('shows a table at its newest version and without history unless told otherwise', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    const { tables } = await addTable(store, table('orders'), { runtime })
    expect(tables).toMatchObject([{ schema: 'shop', name: 'orders', version: 'latest', history: false }])
    const pinned = { ...table('returns'), version: 3, history: true, startVersion: 1 }
    expect((await addTable(store, pinned, { runtime })).tables[1]).toMatchObject({
      version: 3,
      history: true,
      startVersion: 1,
    })
  })

  test('shows each name once, whatever its case', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    await addTable(store, table('orders'), { runtime })
    await expect(addTable(store, { ...table('ORDERS'), schema: 'Shop' }, { runtime })).rejects.toEqual(
      code('already-exists'),
    )
  })

  test.each([
    ['a start version without history', { startVersion: 1 }],
    ['a negative version', { version: -1 }],
    ['a dot in its name', { name: 'a.b' }],
    ['a space in its schema', { schema: 'a b' }],
  ])('refuses a table with %s', async (_, wrong) => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    await expect(addTable(store, { ...table('orders'), ...wrong }, { runtime })).rejects.toEqual(
      code('invalid-argument'),
    )
  })

  test('counts a generation with every change', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    await addTable(store, table('orders'), { runtime })
    await addTable(store, table('returns'), { runtime })
    const share = await removeTable(store, { share: 'sales', schema: 'SHOP', name: 'Orders' }, { runtime })
    expect(share).toMatchObject({ generation: 3, tables: [{ name: 'returns' }] })
  })

  test('that was dropped is gone; one created anew under its name is another', async () => {
    const store = memoryStore()
    const { id } = await createShare(store, { name: 'sales' }, { runtime })
    await dropShare(store, 'sales')
    expect(await listShares(store)).toEqual([])
    expect((await createShare(store, { name: 'sales' }, { runtime })).id).not.toBe(id)
  })

  test('that is not there is told so by every verb', async () => {
    const store = memoryStore()
    const missing = code('not-found')
    await expect(loadShare(store, 'sales')).rejects.toEqual(missing)
    await expect(dropShare(store, 'sales')).rejects.toEqual(missing)
    await expect(addTable(store, table('orders'), { runtime })).rejects.toEqual(missing)
    await expect(removeTable(store, { share: 'sales', schema: 'a', name: 'b' })).rejects.toEqual(missing)
    await createShare(store, { name: 'sales' }, { runtime })
    await expect(removeTable(store, { share: 'sales', schema: 'a', name: 'b' })).rejects.toEqual(missing)
  })

  test('whose object is damaged or of a newer version is refused, and the place is named', async () => {
    const store = memoryStore()
    for (const text of ['{"manifestVersion":2}', '{"manifestVersion":1,"name":5}', '{']) {
      await store.put('sharing/shares/sales.json', new TextEncoder().encode(text), { mode: 'overwrite' })
      await expect(loadShare(store, 'sales')).rejects.toEqual(code('invalid-data'))
      await expect(loadShare(store, 'sales')).rejects.toThrow(/sharing\/shares\/sales\.json/)
    }
  })
})

describe('two administrators', () => {
  test('never lose each other’s change: 20 tables added at the same time are all there', async () => {
    const store = memoryStore()
    await createShare(store, { name: 'sales' }, { runtime })
    const names = Array.from({ length: 20 }, (_, i) => `t${i}`)
    await Promise.all(names.map((name) => addTable(store, table(name), { runtime })))
    const share = await loadShare(store, 'sales')
    expect(share.tables.map((entry) => entry.name).sort()).toEqual([...names].sort())
    expect(share.generation).toBe(20)
  })

  test('cannot both create a share', async () => {
    const store = memoryStore()
    const creations = Array.from({ length: 20 }, () => createShare(store, { name: 'sales' }, { runtime }))
    const outcomes = await Promise.allSettled(creations)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('when the answer of the storage is lost', () => {
  test.each(['answer-lost', 'reset', 'late', 'twice'] as const)('%s: a change is made exactly once', async (fault) => {
    const inner = memoryStore()
    let faults = 1
    const store = faultyStore(inner, ({ operation }) => (operation === 'put' && faults-- > 0 ? fault : undefined))
    await createShare(store, { name: 'sales' }, { runtime })
    faults = 1
    await addTable(store, table('orders'), { runtime })
    faults = 1
    await addTable(store, table('returns'), { runtime })
    faults = 1
    await removeTable(store, { share: 'sales', schema: 'shop', name: 'orders' }, { runtime })
    await store.settle()
    expect(await loadShare(inner, 'sales')).toMatchObject({ generation: 3, tables: [{ name: 'returns' }] })
  })
})
