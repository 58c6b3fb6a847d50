import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type ConnectorEvent, webhookEvents } from '../../src/connector/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'

const URL_WITH_SECRET = 'https://hooks.example/T0P-S3CR3T'

const EVENT: ConnectorEvent = {
  eventType: 'connector_grant_added',
  timestamp: '2026-01-10T00:00:00.000Z',
  data: { eventId: 'e1', connectorId: 'acme', recipient: 'kadoa_acme', share: 'kadoa_acme' },
}

/** A receiver that answers by turns, and what it got, with the time of each. */
function receiver(...answers: readonly (number | Error)[]) {
  const runtime = simulatedRuntime({ start: 0 })
  const got: { at: number; url: string; headers: Headers; body: string }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const answer = answers[got.length] ?? 200
    got.push({ at: runtime.now(), url: request.url, headers: request.headers, body: await request.text() })
    if (answer instanceof Error) throw answer
    return new Response(null, { status: answer })
  }
  return { got, fetch, runtime, url: URL_WITH_SECRET }
}

test('an event is posted in its envelope, with its type and id as headers', async () => {
  const { got, ...options } = receiver(204)
  await webhookEvents({ ...options, headers: { 'x-team': 'acme' } })(EVENT)
  expect(got).toHaveLength(1)
  const [{ url, headers, body } = { url: '', headers: new Headers(), body: '' }] = got
  expect([url, JSON.parse(body)]).toEqual([URL_WITH_SECRET, EVENT])
  expect(headers.get('X-Kadoa-Event')).toBe('connector_grant_added')
  expect(headers.get('X-Kadoa-Event-Id')).toBe('e1')
  expect([headers.get('x-team'), headers.get('content-type')]).toEqual(['acme', 'application/json'])
  expect(headers.get('X-Kadoa-Signature')).toBeNull()
})

test('a body is signed with the secret', async () => {
  const { got, ...options } = receiver()
  await webhookEvents({ ...options, secret: 'shh' })(EVENT)
  const mac = createHmac('sha256', 'shh')
    .update(got[0]?.body ?? '')
    .digest('hex')
  expect(got[0]?.headers.get('X-Kadoa-Signature')).toBe(`sha256=${mac}`)
})

test('an event is sent again after 1, 2 and 4 seconds, until it is acknowledged', async () => {
  const { got, ...options } = receiver(500, new TypeError('fetch failed'), 302, 200)
  await webhookEvents(options)(EVENT)
  expect(got.map(({ at }) => at)).toEqual([0, 1000, 3000, 7000])
})

test('a webhook that never acknowledges fails without telling its URL', async () => {
  const { got, ...options } = receiver(500, 500, 500, new TypeError(`fetch failed: ${URL_WITH_SECRET}`))
  const error: Error = await webhookEvents(options)(EVENT).then(
    () => new Error('it was acknowledged'),
    (error) => error,
  )
  expect(error).toMatchObject({ code: 'unavailable' })
  expect(error.cause).toBeUndefined()
  expect(`${error.message} ${error.stack}`).not.toContain('S3CR3T')
  expect(got).toHaveLength(4)
})
