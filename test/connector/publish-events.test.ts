import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { expectWholeGeneration } from './recipient.ts'
import { deliveryOf, provisioned } from './world.ts'

const event = (title: string, more: object = {}) => ({
  title,
  dateTime: '2026-01-02T03:04:05Z',
  source: { requestSource: 'UI', userId: 'u1', userEmail: 'ann@acme.example' },
  resource: { type: 'WORKFLOW', workflowId: 'shop' },
  ...more,
})

test('events come with the run that they are delivered with, each once, and the log is there before any', async () => {
  const { open, see, store } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  expect((await see()).ACTIVITY_LOG).toEqual([])
  const events = [event('CREATED'), event('UPDATED')]
  await open().publish(deliveryOf({ runId: 'r2', day: 2, events }))
  await open().publish(deliveryOf({ runId: 'r3', day: 3, events: [...events, event('FINISHED')] }))
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.ACTIVITY_LOG?.map(({ TITLE }) => TITLE).sort()).toEqual(['CREATED', 'FINISHED', 'UPDATED'])
  expect(seen.ACTIVITY_LOG?.map(({ USER_EMAIL }) => USER_EMAIL)).toEqual([null, null, null])
  expect(await keysOf(store, 'connectors/acme/events/')).toEqual([])
})

test('events of a run that is published already are published too', async () => {
  const { open, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const again = deliveryOf({ runId: 'r1', day: 1, events: [event('UPDATED')] })
  expect(await open().publish(again)).toMatchObject({ outcome: 'skipped' })
  expect((await see()).ACTIVITY_LOG).toHaveLength(1)
})

test('events of workflows that are not shared are left out, those of the team are not', async () => {
  const { open, see } = await provisioned({ config: { workflows: ['shop'] } })
  const events = [
    event('ours'),
    event('theirs', { resource: { type: 'WORKFLOW', workflowId: 'news' } }),
    event('team', { resource: { type: 'TEAM' } }),
  ]
  await open().publish(deliveryOf({ runId: 'r1', day: 1, events }))
  expect((await see()).ACTIVITY_LOG?.map(({ TITLE }) => TITLE).sort()).toEqual(['ours', 'team'])
})

test('a connector without an activity log shares none', async () => {
  const { open, see } = await provisioned({ config: { activityLog: false } })
  await open().publish(deliveryOf({ runId: 'r1', day: 1, events: [event('CREATED')] }))
  expect(Object.keys(await see())).not.toContain('ACTIVITY_LOG')
})
