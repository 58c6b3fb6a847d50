import type { Publication } from '../publish.ts'
import type { PlaneCase } from './case.ts'
import { check, checkEqual, checkFails, entryOf, shownNames } from './check.ts'

/** One publisher at a time. */
export const publishing: readonly PlaneCase[] = [
  {
    name: 'a publication shows, changes and removes tables, and a table keeps its id',
    async run(open) {
      const { plane, newTable } = await open()
      const [first, second, third] = [await newTable(), await newTable(), await newTable()]
      const before = await plane.publish({
        share: await plane.createShare({ name: 'sales' }),
        tables: [
          { schema: 'shop', name: 'orders', location: first },
          { schema: 'shop', name: 'returns', location: second },
        ],
      })
      checkEqual(shownNames(before), ['shop.orders', 'shop.returns'], 'tables are shown')
      const after = await plane.publish({
        share: before,
        tables: [
          { schema: 'shop', name: 'orders', location: first, history: true },
          { schema: 'shop', name: 'items', location: third },
        ],
        remove: [{ schema: 'shop', name: 'returns' }],
      })
      checkEqual(shownNames(after), ['shop.items', 'shop.orders'], 'one was added, one removed')
      checkEqual(entryOf(after, 'orders').history, true, 'one was changed')
      checkEqual(entryOf(after, 'orders').id, entryOf(before, 'orders').id, 'a table that stays keeps its id')
      checkEqual(shownNames(await plane.loadShare('sales')), shownNames(after), 'what was told is what is read')
    },
  },
  {
    name: 'tables that are made ready are shown by a publication only',
    async run(open) {
      const { plane, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const tables = [{ schema: 'shop', name: 'orders', location: await newTable() }]
      for (let time = 0; time < 2; time++) await plane.prepare({ share, tables })
      checkEqual(shownNames(await plane.loadShare('sales')), [], 'nothing is shown')
      checkEqual(shownNames(await plane.publish({ share, tables })), ['shop.orders'], 'it is shown then')
    },
  },
  {
    name: 'the version that was published is told, and to be kept',
    async run(open) {
      const { plane, newTable } = await open()
      const location = await newTable()
      const share = await plane.createShare({ name: 'sales' })
      const orders = { schema: 'shop', name: 'orders', location, version: 0 }
      const shown = entryOf(await plane.publish({ share, tables: [orders] }), 'orders').version
      checkEqual(shown, 0, 'the version that was published')
      const pins = await plane.pinnedVersions(location)
      checkEqual(pins, [0], 'the versions that must be kept')
      checkEqual(await plane.pinnedVersions(await newTable()), [], 'none of a table that is not shared')
    },
  },
  {
    name: 'a publication that only touches a share moves its generation, where the plane swaps in one step, so that others decide again',
    async run(open) {
      const { plane, rival, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const touched = await plane.publish({ share, tables: [], touch: true })
      checkEqual(shownNames(touched), [], 'nothing is shown')
      if (!plane.promises.atomicSwap) return
      checkEqual(touched.generation, share.generation + 1, 'a generation of its own')
      const orders = { schema: 'shop', name: 'orders', location: await newTable() }
      await checkFails('conflict', () => rival.publish({ share, tables: [orders] }), 'for one who read it before')
    },
  },
  {
    name: 'one that only touches a share takes no publication of somebody else for its own, where swaps are atomic',
    async run(open) {
      const { plane, rival, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const { generation } = await rival.publish({
        share,
        tables: [{ schema: 'shop', name: 'orders', location: await newTable() }],
      })
      if (!plane.promises.atomicSwap) return
      await checkFails('conflict', () => plane.publish({ share, tables: [], touch: true }), 'a stale fence')
      checkEqual((await plane.loadShare('sales')).generation, generation, 'nothing moved')
    },
  },
  {
    name: 'the same publication again, after a lost answer, changes nothing',
    async run(open) {
      const { plane, rival, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const publication: Publication = {
        share,
        tables: [{ schema: 'shop', name: 'orders', location: await newTable() }],
        remove: [{ schema: 'shop', name: 'returns' }],
      }
      const once = await plane.publish(publication)
      checkEqual(await rival.publish(publication), once, 'the second time gives what the first one did')
      checkEqual(await plane.loadShare('sales'), once, 'and leaves it so')
    },
  },
  {
    name: 'a publication on a share that changed since it was read is a conflict, where swaps are atomic',
    async run(open) {
      const { plane, rival, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const table = async (name: string) => ({ schema: 'shop', name, location: await newTable() })
      const [mine, theirs] = [await table('mine'), await table('theirs')]
      await rival.publish({ share, tables: [theirs] })
      if (!plane.promises.atomicSwap) return
      await checkFails('conflict', () => plane.publish({ share, tables: [mine] }), 'a stale fence')
      checkEqual(shownNames(await plane.loadShare('sales')), ['shop.theirs'], 'nothing of it is shown')
      const next = await plane.publish({ share: await plane.loadShare('sales'), tables: [mine] })
      checkEqual(shownNames(next), ['shop.mine', 'shop.theirs'], 'read again, it goes through')
    },
  },
  {
    name: 'a publication that names a table twice, or by a name that is not allowed, is refused whole',
    async run(open) {
      const { plane, newTable } = await open()
      const share = await plane.createShare({ name: 'sales' })
      const orders = { schema: 'shop', name: 'orders', location: await newTable() }
      for (const wrong of [
        { ...orders, name: 'Orders' },
        { ...orders, name: 'or.ders' },
        { ...orders, schema: '' },
      ]) {
        const call = () => plane.publish({ share, tables: [orders, wrong] })
        await checkFails('invalid-argument', call, `a table ${wrong.schema}.${wrong.name} beside shop.orders`)
      }
      check((await plane.loadShare('sales')).tables.length === 0, 'nothing of it is shown')
    },
  },
]
