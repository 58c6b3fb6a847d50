import { expect, test } from 'vitest'
import { activityEventId, parseActivityEvent } from '../../../src/connector/activity.ts'
import { activityRow } from '../../../src/connector/metadata/activity-log.ts'
import { hour } from './sample.ts'

const event = parseActivityEvent({
  title: 'DATA_CHANGED',
  dateTime: '2026-01-02T03:04:05Z',
  source: { requestSource: 'API', userId: 'u1', userEmail: 'ann@example.com' },
  resource: { type: 'WORKFLOW_RUN', workflowId: 'wf1', resourceId: 'r1', name: 'Prices' },
  details: { z: 1, a: [{ userEmail: 'bob@example.com', _id: 1 }] },
})
const options = { includeUserEmail: true, ingestedAt: hour(9) }

test('an event has a row with all that it tells', () => {
  expect(activityRow(event, options)).toEqual({
    EVENT_ID: activityEventId(event),
    EVENT_TIME: '2026-01-02T03:04:05.000000Z',
    TITLE: 'DATA_CHANGED',
    EVENT_TYPE: 'DATA_CHANGED',
    REQUEST_SOURCE: 'API',
    USER_ID: 'u1',
    USER_EMAIL: 'ann@example.com',
    RESOURCE_TYPE: 'WORKFLOW_RUN',
    WORKFLOW_ID: 'wf1',
    RESOURCE_ID: 'r1',
    RESOURCE_NAME: 'Prices',
    DETAILS: '{"z":1,"a":[{"userEmail":"bob@example.com"}]}',
    INGESTED_AT: hour(9),
  })
})

test('addresses of users stand nowhere in it, unless they are to be included', () => {
  const row = activityRow(event, { ...options, includeUserEmail: false })
  expect(row).toEqual({ ...activityRow(event, options), USER_EMAIL: null, DETAILS: '{"z":1,"a":[{}]}' })
})

test('a title that is a sentence is no type', () => {
  const row = activityRow(parseActivityEvent({ title: 'Team renamed', dateTime: 0 }), options)
  expect(row).toMatchObject({ TITLE: 'Team renamed', EVENT_TYPE: null, WORKFLOW_ID: null, DETAILS: null })
})
