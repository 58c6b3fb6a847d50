import type { PlaneCase } from './case.ts'
import { check, checkEqual, checkFails } from './check.ts'

/** Shares as such, and what is not there. */
export const shares: readonly PlaneCase[] = [
  {
    name: 'a share that is created is empty, listed, and found whatever the case of its name',
    async run(open) {
      const { plane, rival } = await open()
      const created = await plane.createShare({ name: 'sales', comment: 'for partners' })
      checkEqual(created.tables, [], 'a new share is empty')
      const found = await rival.loadShare('SALES')
      checkEqual([found.id, found.comment], [created.id, 'for partners'], 'it is the same for every administrator')
      checkEqual(
        (await rival.listShares()).map(({ name }) => name),
        ['sales'],
        'it is listed',
      )
    },
  },
  {
    name: 'a name is given to one share only, however many try at the same time',
    async run(open) {
      const { plane, rival } = await open()
      const tries = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? plane : rival).createShare({ name: 'sales' }))
      const created = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')
      checkEqual(created.length, 1, 'exactly one creates the share')
      await checkFails('already-exists', () => plane.createShare({ name: 'Sales' }), 'the others are told')
    },
  },
  {
    name: 'a share that was dropped is gone, and one created anew under its name is another',
    async run(open) {
      const { plane } = await open()
      const first = await plane.createShare({ name: 'sales' })
      await plane.dropShare('sales')
      checkEqual(await plane.listShares(), [], 'it is listed no more')
      check((await plane.createShare({ name: 'sales' })).id !== first.id, 'the new share has an id of its own')
    },
  },
  {
    name: 'what is not there is refused as not found by every verb',
    async run(open) {
      const { plane, newTable } = await open()
      const share = await plane.createShare({ name: 'gone' })
      const tables = [{ schema: 'shop', name: 'orders', location: await newTable() }]
      await plane.createRecipient({ name: 'acme' })
      await plane.dropShare('gone')
      const missing = {
        loadShare: () => plane.loadShare('gone'),
        dropShare: () => plane.dropShare('gone'),
        publish: () => plane.publish({ share, tables }),
        grantShare: () => plane.grantShare({ recipient: 'acme', share: 'gone' }),
        ungrantShare: () => plane.ungrantShare({ recipient: 'acme', share: 'gone' }),
        recipientsOf: () => plane.recipientsOf('gone'),
        rotateRecipient: () => plane.rotateRecipient({ name: 'nobody' }),
        revokeRecipient: () => plane.revokeRecipient('nobody'),
        dropRecipient: () => plane.dropRecipient('nobody'),
        showRecipient: () => plane.showRecipient('nobody'),
      }
      for (const [verb, call] of Object.entries(missing)) await checkFails('not-found', call, verb)
    },
  },
]
