import { describe, expect, test } from 'vitest'
import { configOf } from './killed-connector.ts'
import { killedStore } from './killed-store.ts'
import { type Lived, lived as livedAnew } from './lifecycle.ts'
import { madeOnce } from './made-once.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'

const BOTH = [
  { runId: 's1', day: 1 },
  { runId: 'n1', day: 2, workflowId: 'news' },
]
const ONLY_SHOP = { workflows: ['shop'] }

const lived = madeOnce(livedAnew)

describe('a run that is taken back while its workflow is not selected', () => {
  const RETRACTED = { RUN_ID: 'n1', STATUS: 'RETRACTED' }

  async function expectGone(world: Lived): Promise<void> {
    await world.open().update(configOf())
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['s1'])
    expect(seen.WF_NEWS__V1).toEqual([])
    expect(await world.open().reconcile()).toEqual([])
  }

  test('is told of as published no longer, and does not come back with the workflow', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    await world.open().retract({ workflowId: 'news', runId: 'n1' })
    expect((await world.see()).WORKFLOW_RUNS).toContainEqual(expect.objectContaining(RETRACTED))
    await expectGone(world)
  })

  test('is shown no longer where its workflow was about to leave the share, and the process was killed', async () => {
    const world = await lived({}, BOTH)
    const dead = killedStore(world.store, (request) => !/^put sharing\/shares/.test(request))
    await expect(world.open(dead).update(configOf(ONLY_SHOP))).rejects.toThrow('the process was killed')
    await world.open().retract({ workflowId: 'news', runId: 'n1' })
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(seen.WORKFLOW_RUNS).toContainEqual(expect.objectContaining(RETRACTED))
    await expectGone(world)
  })

  test('does not come back with the workflow where the process was killed before it could say so', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    const dead = killedStore(world.store, (request) => !/lease/.test(request))
    const retraction = world.open(dead).retract({ workflowId: 'news', runId: 'n1' })
    await expect(retraction).rejects.toThrow('the process was killed')
    await expectGone(world)
  })

  test('comes back with the workflow where the process was killed before it was written down', async () => {
    const world = await lived({}, BOTH)
    await world.open().update(configOf(ONLY_SHOP))
    const dead = killedStore(world.store, (request) => !/^put .*\/journal\//.test(request))
    const retraction = world.open(dead).retract({ workflowId: 'news', runId: 'n1' })
    await expect(retraction).rejects.toThrow('the process was killed')
    await world.open().update(configOf())
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['s1', 'n1'])
  })
})
