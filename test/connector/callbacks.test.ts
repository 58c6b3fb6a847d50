import { describe, expect, test } from 'vitest'
import { type Connector, type ConnectorOptions, connector } from '../../src/connector/index.ts'
import { DeltaError } from '../../src/errors.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { CONNECTOR_ID, deliveryOf, provisioned, type World } from './world.ts'

const fail = (): never => {
  throw new DeltaError('invalid-argument', 'this callback is broken')
}
const reject = async (): Promise<never> => fail()

function openWith({ store, runtime }: World, callbacks: Pick<ConnectorOptions, 'onEvent' | 'onWarning'>): Connector {
  return connector({ id: CONNECTOR_ID, store, runtime, ...callbacks })
}

describe.each([
  ['throws', fail],
  ['rejects', reject],
])('a callback that %s', (_, broken) => {
  test('changes nothing of what becomes of a run, and what is wrong with it is a warning', async () => {
    const world = await provisioned()
    const warnings: string[] = []
    const onWarning = (message: string): unknown => warnings.push(message)
    const published = openWith(world, { onEvent: broken, onWarning }).publish(deliveryOf({ runId: 'r1', day: 1 }))
    expect(await published).toMatchObject({ outcome: 'published' })
    expect(warnings).toContainEqual(
      expect.stringMatching(/^event workflow_export_completed .*this callback is broken$/),
    )
  })

  test('is let go of where it is the one that takes warnings', async () => {
    const world = await provisioned()
    const published = openWith(world, { onEvent: broken, onWarning: broken })
    expect(await published.publish(deliveryOf({ runId: 'r1', day: 1 }))).toMatchObject({ outcome: 'published' })
    expectWholeGeneration(await world.see())
  })

  test('lets no run of a backfill count as failed that is published', async () => {
    const world = await provisioned()
    const warnings: string[] = []
    const handle = openWith(world, { onWarning: (message) => warnings.push(message) })
    await handle.publish(deliveryOf({ runId: 'live', day: 9 }))
    const past = [deliveryOf({ runId: 'r1', day: 1 }), deliveryOf({ runId: 'r2', day: 2 })]
    const backfilled = await handle.backfill(past, { onProgress: broken })
    expect(backfilled).toMatchObject({ published: 2, held: [], failed: [] })
    expect(runsIn(await world.see())).toEqual(['r1', 'r2', 'live'])
    expect(warnings).toContain('progress of the backfill was not told: this callback is broken')
  })
})
