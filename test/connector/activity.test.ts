import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activityEventId, isCustomerVisible, parseActivityEvent } from '../../src/connector/activity.ts'
import { sha256Hex } from '../../src/connector/digest.ts'

const given = {
  title: 'UPDATED',
  dateTime: '2026-01-02T03:04:05.678Z',
  source: { requestSource: 'UI', userId: 'u1', userEmail: 'ann@example.com' },
  resource: { type: 'WORKFLOW', workflowId: 'wf1', resourceId: 'wf1', name: 'Prices' },
  details: { after: { limit: 5, _row: 1 }, before: { limit: 4 }, _changeSummary: 'limit' },
}

const idOf = (change: object) => activityEventId(parseActivityEvent({ ...given, ...change }))

describe('an activity event', () => {
  test('has its time in one form, no private keys at any depth, and no members that are not known', () => {
    expect(parseActivityEvent({ ...given, team: 't1', source: { ...given.source, ip: '::1' } })).toEqual({
      ...given,
      dateTime: '2026-01-02T03:04:05.678000Z',
      details: { after: { limit: 5 }, before: { limit: 4 } },
    })
    expect(parseActivityEvent({ title: 'A notice', dateTime: 0 })).toEqual({
      title: 'A notice',
      dateTime: '1970-01-01T00:00:00.000000Z',
      details: null,
    })
  })

  test.each([
    [{ title: 5 }, 'title'],
    [{ dateTime: 'yesterday' }, 'dateTime: expected an ISO 8601 time'],
    [{ dateTime: undefined }, 'dateTime: expected an ISO 8601 time'],
    [{ id: '' }, 'id'],
    [{ source: { userId: 7 } }, 'source.userId'],
    [{ resource: { name: 'Prices' } }, 'resource.type'],
    [{ details: [] }, 'details'],
    [{ details: { when: new Date(0) } }, 'details: expected values that JSON has words for'],
  ])('with %j is refused with its place', (change, problem) => {
    expect(() => parseActivityEvent({ ...given, ...change })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(problem) }),
    )
  })
})

describe('the id of an event', () => {
  test('is its own, if it has one', () => {
    expect(idOf({ id: 'event-1' })).toBe('event-1')
  })

  test('is otherwise the digest of what it tells', () => {
    expect(idOf({})).toBe(
      sha256Hex(
        '{"dateTime":"2026-01-02T03:04:05.678000Z","title":"UPDATED",' +
          '"resource":{"type":"WORKFLOW","workflowId":"wf1","resourceId":"wf1","name":"Prices"},' +
          '"source":{"requestSource":"UI","userId":"u1"},' +
          '"details":{"after":{"limit":5},"before":{"limit":4}}}',
      ),
    )
  })

  test.each([
    { dateTime: 1767323045678 },
    { dateTime: '2026-01-02T04:04:05.678+01:00' },
    { details: { before: { limit: 4 }, after: { limit: 5 } } },
    { details: { ...given.details, _more: { a: 1 } } },
    { details: { ...given.details, userEmail: 'ann@example.com' } },
    { details: { ...given.details, USER_EMAIL: 'ann@example.com' } },
    { source: { ...given.source, userEmail: 'bob@example.com' } },
    { unknown: 1 },
  ])('is the same with %j', (change) => {
    expect(idOf(change)).toBe(idOf({}))
  })

  test.each([
    { title: 'CREATED' },
    { dateTime: '2026-01-02T03:04:05.679Z' },
    { details: null },
    { details: { ...given.details, more: 1 } },
    { source: { ...given.source, userId: null } },
    { resource: { ...given.resource, name: 'Price' } },
    { resource: null },
  ])('is another with %j', (change) => {
    expect(idOf(change)).not.toBe(idOf({}))
  })

  test('tells nothing of private keys, wherever they are', () => {
    const withPrivate = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(withPrivate)
      if (typeof value !== 'object' || value === null) return value
      const members = Object.entries(value).map(([name, member]) => [name, withPrivate(member)])
      return Object.fromEntries([['_private', 1], ...members])
    }
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        expect(idOf({ details: withPrivate(details) })).toBe(idOf({ details }))
      }),
    )
  })
})

test('customers see events of the team and of the workflows that are shared with them', () => {
  const sees = (change: object, ...workflows: string[]) =>
    isCustomerVisible(parseActivityEvent({ ...given, ...change }), new Set(workflows))
  expect(sees({}, 'wf1')).toBe(true)
  expect(sees({}, 'wf2')).toBe(false)
  expect(sees({ resource: { type: 'WORKFLOW', resourceId: 'wf1' } }, 'wf2')).toBe(false)
  expect(sees({ resource: { type: 'workflow', resourceId: 'wf1' } }, 'wf2')).toBe(false)
  expect(sees({ resource: { type: 'WORKFLOW_RUN', resourceId: 'r1' }, details: { workflowId: 'wf1' } })).toBe(false)
  expect(sees({ resource: { type: 'TEAM_MEMBER', resourceId: 'u1' } })).toBe(true)
  expect(sees({ resource: null })).toBe(true)
  expect(isCustomerVisible(parseActivityEvent(given), 'all')).toBe(true)
})
