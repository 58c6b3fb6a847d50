import { describe, expect, test } from 'vitest'
import { dropRecipient, loadShare, setRecipient, setTable, showRecipient } from '../../src/manifest/index.ts'
import { configOf } from './killed-connector.ts'
import { killedStore } from './killed-store.ts'
import { type Lived, lived } from './lifecycle.ts'

const SHOP = { runId: 's1', day: 1 }
const NEWS = { runId: 'n1', day: 2, workflowId: 'news' }

const generationOf = async ({ store }: Lived): Promise<number> => (await loadShare(store, 'kadoa_acme')).generation
const updates = ({ events }: Lived) => events.filter(({ eventType }) => eventType === 'connector_updated')

test('the configuration that a connector has changes nothing, and says so', async () => {
  const world = await lived({}, [SHOP])
  await world.open().update(configOf({ latestMode: 'all_runs_of_latest_version' }))
  const [generation, told] = [await generationOf(world), updates(world).length]
  const again = await world.open().update(configOf({ latestMode: 'all_runs_of_latest_version' }))
  expect(again).toMatchObject({ isChanged: false, generation, added: [], removed: [] })
  expect([await generationOf(world), updates(world).length]).toEqual([generation, told])
})

test('another configuration moves the share also where its tables stay', async () => {
  const world = await lived({}, [SHOP])
  const generation = await generationOf(world)
  const updated = await world.open().update(configOf({ checks: { minRowRatio: 0.9 } }))
  expect(updated).toMatchObject({ isChanged: true, generation: generation + 1 })
  expect(updated.record).not.toHaveProperty('isUpdating')
})

test('the same configuration goes on where an update died, and moves the share', async () => {
  const world = await lived({}, [SHOP, NEWS])
  const generation = await generationOf(world)
  const dead = killedStore(world.store, (request) => !/^put sharing\/shares/.test(request))
  const only = configOf({ workflows: ['shop'] })
  await expect(world.open(dead).update(only)).rejects.toThrow('the process was killed')
  expect(await world.open().update(only)).toMatchObject({ isChanged: true, generation: generation + 1 })
  expect(await world.open().update(only)).toMatchObject({ isChanged: false, generation: generation + 1 })
  expect(Object.keys(await world.see())).not.toContain('WF_NEWS__V1')
})

describe('the event of an update', () => {
  const ids = (world: Lived) => updates(world).map(({ data }) => data.eventId)

  test('has an id of its own also where only terms changed', async () => {
    const world = await lived({}, [SHOP])
    await world.open().update(configOf({ checks: { minRowRatio: 0.9 } }))
    for (let time = 0; time < 2; time++) {
      await setRecipient(world.store, { name: 'kadoa_acme', allowedIps: ['10.0.0.1'] }, world)
      await world.open().update(configOf({ checks: { minRowRatio: 0.9 } }))
    }
    expect(ids(world)).toHaveLength(3)
    expect(new Set(ids(world)).size).toBe(3)
  })

  test('has an id of its own also where only the share did not follow the configuration', async () => {
    const world = await lived({}, [SHOP])
    await world.open().update(configOf({ checks: { minRowRatio: 0.9 } }))
    await setTable(world.store, { share: 'kadoa_acme', schema: 'kadoa', name: 'WF_SHOP__V1', history: false })
    await world.open().update(configOf({ checks: { minRowRatio: 0.9 } }))
    expect(new Set(ids(world)).size).toBe(2)
  })

  test('is the same where the update died and was called again, and another one where another was', async () => {
    const world = await lived({}, [SHOP, NEWS])
    await killAtItsEnd(world, { workflows: ['shop'] })
    await world.open().update(configOf({ workflows: ['shop'] }))
    expect(ids(world)).toHaveLength(2)
    expect(new Set(ids(world)).size).toBe(1)
    await killAtItsEnd(world, { workflows: ['news'] })
    await world.open().update(configOf())
    expect(new Set(ids(world)).size).toBe(3)
  })

  /** Kills an update that has told of itself, before it is written down that it has ended. */
  async function killAtItsEnd(world: Lived, change: object): Promise<void> {
    let puts = 0
    const isSecond = (request: string): boolean => request === 'put connectors/acme/connector.json' && ++puts === 2
    const dead = killedStore(world.store, (request) => !isSecond(request))
    await expect(world.open(dead).update(configOf(change))).rejects.toThrow('the process was killed')
  }
})

test('a recipient that is gone is told of before anything is written down', async () => {
  const world = await lived({}, [SHOP])
  await dropRecipient(world.store, 'kadoa_acme')
  await expect(world.open().update(configOf({ workflows: ['shop'] }))).rejects.toMatchObject({ code: 'not-found' })
  expect((await world.open().provision(configOf())).config.workflows).toBe('all')
})

test('the same configuration gives the recipient its terms back', async () => {
  const world = await lived({}, [SHOP])
  const { tokenLifetime } = await showRecipient(world.store, 'kadoa_acme', world)
  await setRecipient(world.store, { name: 'kadoa_acme', expiresIn: 86_400_000 }, world)
  expect(await world.open().update(configOf())).toMatchObject({ isChanged: true })
  expect(await showRecipient(world.store, 'kadoa_acme', world)).toMatchObject({ tokenLifetime })
})
