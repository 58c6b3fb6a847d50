import { expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
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

function nested(levels: number): object {
  let value: object = {}
  for (let level = 1; level < levels; level++) value = { a: value }
  return value
}

test.each([
  ['that is none', [{ nonsense: 1 }], 'event 1 of the activity log cannot be taken: title: '],
  ['whose details nest too deep', [event('DEEP', { details: nested(500) })], 'event 1 of the activity log cannot be'],
  [
    'after others that are right',
    [event('CREATED'), { title: 'no time' }],
    'event 2 of the activity log cannot be taken: dateTime: ',
  ],
])('an event %s is refused with its run, of which nothing is kept', async (_, events, message) => {
  const { open, store, see } = await provisioned()
  await open().publish(deliveryOf({ runId: 'r1', day: 1 }))
  const delivery = deliveryOf({ runId: 'r2', day: 2, events })
  await expect(open().publish(delivery)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(message),
  })
  expect(await keysOf(store, 'connectors/acme/journal/SHOP/r2.json')).toEqual([])
  expect(await keysOf(store, 'connectors/acme/events/')).toEqual([])
  await open().publish(deliveryOf({ workflowId: 'news', runId: 'n1', day: 3 }))
  expect(runsIn(await see())).toEqual(['r1', 'n1'])
})

test('details of an event keep their digits and their depth', async () => {
  const { open, see } = await provisioned()
  const details = [{ n: 12345678901234567890n }, nested(499)]
  const events = details.map((each, index) => event(`T${index}`, { id: `e${index}`, details: each }))
  await open().publish(deliveryOf({ runId: 'r1', day: 1, events }))
  const seen = (await see()).ACTIVITY_LOG?.map(({ DETAILS }) => DETAILS)
  expect(seen).toEqual(['{"n":12345678901234567890}', JSON.stringify(nested(499))])
})
