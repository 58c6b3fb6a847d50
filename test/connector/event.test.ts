import { describe, expect, test } from 'vitest'
import { type ConnectorEvent, connector, webhookEvents } from '../../src/connector/index.ts'
import { keysHolding } from './killed-connector.ts'
import { killedAfter } from './killed-store.ts'
import { type Lived, lived } from './lifecycle.ts'
import { deliveryOf } from './world.ts'

const RUN = { runId: 'r1', day: 1 }
const CHANGED = { runId: 'r2', day: 2, fields: [{ name: 'sku', dataType: 'STRING' }] }

const ofType = ({ events }: Pick<Lived, 'events'>, type: ConnectorEvent['eventType']) =>
  events.filter(({ eventType }) => eventType === type)

describe('what a connector tells', () => {
  test('of a run that is shared, once, in the envelope of Kadoa', async () => {
    const world = await lived({}, [RUN])
    await world.open().publish(deliveryOf(RUN))
    expect(ofType(world, 'workflow_export_completed')).toEqual([
      {
        eventType: 'workflow_export_completed',
        timestamp: '2026-01-10T00:00:00.000Z',
        data: {
          eventId: expect.stringMatching(/^[0-9a-f]{64}$/),
          connectorId: 'acme',
          workflowId: 'shop',
          workflowName: 'The shop',
          runId: 'r1',
          jobId: null,
          state: 'FINISHED',
          startedAt: '2026-01-01T01:00:00.000000Z',
          finishedAt: '2026-01-01T02:00:00.000000Z',
          records: 3,
          schemaVersion: 1,
          table: 'WF_SHOP__V1',
          generation: 1,
        },
      },
    ])
  })

  test('to a sink that comes to no end keeps no run back', async () => {
    const { store, runtime } = await lived()
    const warnings: string[] = []
    const onEvent = async (): Promise<void> => {
      await runtime.sleep(61_000)
      await new Promise(() => {})
    }
    const onWarning = (message: string): unknown => warnings.push(message)
    const kadoa = connector({ id: 'acme', store, runtime, onEvent, onWarning })
    expect(await kadoa.publish(deliveryOf(RUN))).toMatchObject({ outcome: 'published' })
    expect(warnings).toEqual([expect.stringMatching(/^event workflow_export_completed .* was not delivered: /)])
  })

  test('of a run that was held back: why, and what to do', async () => {
    const world = await lived({}, [{ ...RUN, rows: 10 }])
    await expect(world.open().publish(deliveryOf({ ...RUN, runId: 'r2', day: 2, rows: 1 }))).rejects.toThrow()
    expect(ofType(world, 'workflow_failed')).toMatchObject([
      { data: { runId: 'r2', source: 'connector', problems: [{ action: 'block', check: 'minRowRatio' }] } },
    ])
    const [{ data } = { data: {} }] = ofType(world, 'workflow_failed')
    expect(data).toMatchObject({ reason: expect.stringMatching(/./), action: expect.stringMatching(/./) })
  })

  test('of a latest table that has other columns from now on', async () => {
    const world = await lived({}, [RUN, CHANGED])
    expect(ofType(world, 'connector_latest_switched')).toMatchObject([
      { data: { workflowId: 'shop', from: 1, to: 2, runId: 'r2' } },
    ])
  })

  test('of a token that is rotated: until when it is good, and no more', async () => {
    const world = await lived()
    await world.open().rotate({ overlap: 0 })
    expect(ofType(world, 'connector_token_rotated')).toMatchObject([{ data: { recipient: 'kadoa_acme', overlap: 0 } }])
    const secrets = world.links.map(({ activationCode }) => activationCode)
    expect(secrets).toHaveLength(2)
    for (const secret of [...secrets, world.bearerToken]) expect(JSON.stringify(world.events)).not.toContain(secret)
    expect(await keysHolding(world.store, [...secrets, world.bearerToken])).toEqual([])
  })

  test('of a run whose publisher died before it told, by who comes next, under one id', async () => {
    const before = await lived({}, [RUN])
    const late = { ...RUN, runId: 'r3', day: 3 }
    const whole = await before.copy()
    const counted = killedAfter(whole.store, Number.POSITIVE_INFINITY)
    await whole.open(counted).publish(deliveryOf(late))
    const swap = counted.requests.indexOf('put sharing/shares/kadoa_acme.json')
    for (const after of [1, 2, 3]) {
      const world = await before.copy()
      await world
        .open(killedAfter(world.store, swap + after))
        .publish(deliveryOf(late))
        .catch(() => {})
      await world.open().publish(deliveryOf(late))
      const ids = ofType(world, 'workflow_export_completed').map(({ data }) => data.eventId)
      expect([...new Set(ids)], `killed ${after} after the swap`).toEqual(
        ofType(whole, 'workflow_export_completed').map(({ data }) => data.eventId),
      )
    }
  })
})

test('an event that cannot be delivered is a warning, and the run is published', async () => {
  const world = await lived()
  const warnings: string[] = []
  const { store, runtime } = world
  const onEvent = webhookEvents({
    url: 'https://hooks.example/S3CR3T',
    runtime,
    fetch: async () => new Response(null, { status: 500 }),
  })
  const handle = connector({ id: 'acme', store, runtime, onEvent, onWarning: (message) => warnings.push(message) })
  expect(await handle.publish(deliveryOf(RUN))).toMatchObject({ outcome: 'published' })
  expect(warnings).toEqual([expect.stringContaining('workflow_export_completed')])
  expect(warnings.join()).not.toContain('S3CR3T')
})
