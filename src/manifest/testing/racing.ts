import { isDeltaError } from '../../errors.ts'
import type { Share } from '../share.ts'
import type { PlaneCase, PlaneUnderTest } from './case.ts'
import { check, checkEqual, shownNames } from './check.ts'

const ROUNDS = 10

/** Two administrators at the same time. */
export const racing: readonly PlaneCase[] = [
  {
    name: `of two that publish on one generation exactly one gets through, where swaps are atomic, ${ROUNDS} times over`,
    async run(open) {
      const opened = await open()
      if (!opened.plane.promises.atomicSwap) return
      let share = await opened.plane.createShare({ name: 'sales' })
      for (let round = 0; round < ROUNDS; round++) share = await race(opened, share, round)
    },
  },
  {
    name: 'a reader sees all tables of one publication or all of the next, where swaps are atomic',
    async run(open) {
      const { plane, rival, newTable } = await open()
      if (!plane.promises.atomicSwap) return
      const locations = [await newTable(), await newTable(), await newTable()]
      const run = (n: number) =>
        locations.map((location, i) => ({ schema: 'shop', name: `t${i}`, location, history: n % 2 === 0 }))
      let share = await plane.publish({ share: await plane.createShare({ name: 'sales' }), tables: run(0) })
      let writing = true
      const reader = async (): Promise<void> => {
        while (writing) {
          const { tables } = await rival.loadShare('sales')
          check(new Set(tables.map(({ history }) => history)).size === 1, 'all tables are of one publication')
        }
      }
      const reading = reader()
      for (let n = 1; n <= ROUNDS; n++) share = await plane.publish({ share, tables: run(n) })
      writing = false
      await reading
    },
  },
  {
    name: 'grants that two give one recipient at the same time are all there',
    async run(open) {
      const { plane, rival } = await open()
      const names = Array.from({ length: 8 }, (_, i) => `share${i}`)
      for (const name of names) await plane.createShare({ name })
      await plane.createRecipient({ name: 'acme' })
      await Promise.all(names.map((share, i) => (i % 2 === 0 ? plane : rival).grantShare({ recipient: 'acme', share })))
      checkEqual([...(await plane.showRecipient('acme')).shares].sort(), names, 'no grant was lost')
    },
  },
]

async function race({ plane, rival, newTable }: PlaneUnderTest, share: Share, round: number): Promise<Share> {
  const publish = async (name: string, administrator: PlaneUnderTest['plane']): Promise<Share> =>
    administrator.publish({ share, tables: [{ schema: 'shop', name: `${name}${round}`, location: await newTable() }] })
  const results = await Promise.allSettled([publish('a', plane), publish('b', rival)])
  const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  checkEqual(winners.length, 1, `round ${round}: exactly one of two publishers gets through`)
  check(
    lost.every((reason) => isDeltaError(reason, 'conflict')),
    `round ${round}: the other is told of a conflict`,
  )
  const next = await plane.loadShare('sales')
  checkEqual(shownNames(next), winners.flatMap(shownNames), `round ${round}: what the winner published is there`)
  return next
}
