import { expect, test } from 'vitest'
import { ANN, ERASURE, FIRST, peopleOf, publishedIn } from './erase-world.ts'
import { killedStore } from './killed-store.ts'
import { deliveryOf, provisioned, type World } from './world.ts'

const NEXT = peopleOf('p2', 2, 'bob@example.com', 'cem@example.com')
const LOGIN = [{ id: 'bob signed in', title: 'LOGIN', dateTime: 0 }]

/** A handle whose process dies before it changes a table or the share. */
const dying = (world: World) => world.open(killedStore(world.store, (request) => !/lease/.test(request)))

function unfinished(holdsUp: string): object {
  return {
    drift: 'unfinished-erasure',
    mended: false,
    message: `an erasure was begun and has not ended: until it has, ${holdsUp}`,
    remedy: expect.stringContaining('erase again'),
  }
}

test.each([
  ['of a workflow', ERASURE, 'deliveries of workflow people end in a conflict'],
  ['of all workflows', { keys: ERASURE.keys }, 'deliveries of all workflows end in a conflict'],
])(
  'an erasure %s that died is told of, with what it holds up, until somebody erases again',
  async (_, erasure, holdsUp) => {
    const world = await publishedIn(await provisioned(), FIRST)
    await expect(dying(world).erase(erasure)).rejects.toThrow('killed')
    for (const dryRun of [true, false])
      expect(await world.open().reconcile({ dryRun })).toMatchObject([unfinished(holdsUp)])
    await expect(world.open().publish(deliveryOf(NEXT))).rejects.toMatchObject({ code: 'conflict' })
    await world.open().erase(erasure)
    expect(await world.open().publish(deliveryOf(NEXT))).toMatchObject({ outcome: 'published' })
    expect(await world.open().reconcile()).toEqual([])
  },
)

test('events that wait for an erasure are told of with it, and not as shown', async () => {
  const world = await publishedIn(await provisioned(), FIRST)
  const again = deliveryOf({ ...FIRST, events: LOGIN })
  await expect(dying(world).publish(again)).rejects.toThrow('killed')
  const erasure = { ...ERASURE, alsoInActivityLog: [ANN] }
  await expect(dying(world).erase(erasure)).rejects.toThrow('killed')
  const holdsUp =
    'deliveries of workflow people end in a conflict, and events that were delivered before it are not shown'
  expect(await world.open().reconcile()).toMatchObject([unfinished(holdsUp)])
  await world.open().erase(erasure)
  await world.open().reconcile()
  expect(await world.open().reconcile()).toEqual([])
  expect((await world.see()).ACTIVITY_LOG).toMatchObject([{ EVENT_ID: 'bob signed in' }])
})
