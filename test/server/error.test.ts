import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../src/errors.ts'
import { addTable } from '../../src/manifest/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { openWorld, putLog, type World } from './world.ts'

const add = { add: { path: 'x', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true } }
const vector = { storageType: 'u', pathOrInlineDv: 'x', offset: 1, sizeInBytes: 1, cardinality: 1 }
const features = (name: string) => ({
  protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: [name], writerFeatures: [name] },
})

const query = (world: World, table: string) =>
  world.ask(`/shares/sales/schemas/shop/tables/${table}/query`, { method: 'POST' })

describe('a table that responseformat=parquet cannot express', () => {
  test.each([
    ['deletionVectors', { add: { ...add.add, deletionVector: vector } }, features('deletionVectors')],
    ['timestampNtz', add, { ...features('timestampNtz'), type: 'timestamp_ntz' }],
    [
      'columnMapping',
      add,
      {
        ...features('columnMapping'),
        metadata: { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'n' },
        configuration: { 'delta.columnMapping.mode': 'name' },
      },
    ],
    [
      'typeWidening',
      add,
      { ...features('typeWidening'), metadata: { 'delta.typeChanges': [{ fromType: 'integer', toType: 'long' }] } },
    ],
    ['brandNew', add, features('brandNew')],
  ])('is refused with the name of the feature: %s', async (feature, action, options) => {
    const world = await openWorld()
    await putLog(world, 'fancy', action, options)
    for (const path of ['metadata', 'query']) {
      const method = path === 'query' ? 'POST' : 'GET'
      const answer = await world.ask(`/shares/sales/schemas/shop/tables/fancy/${path}`, { method })
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { errorCode: 'UNSUPPORTED_OPERATION', message: expect.stringContaining(feature) },
      ])
    }
  })

  test('is answered when it lists features that no file uses', async () => {
    const world = await openWorld()
    await putLog(world, 'plain', add, features('deletionVectors'))
    expect((await query(world, 'plain')).status).toBe(200)
  })
})

describe('what goes wrong behind the server', () => {
  const failing =
    (code: 'permission-denied' | 'unavailable' | 'invalid-argument') =>
    (store: ObjectStore): ObjectStore => ({
      ...store,
      get: (key) => Promise.reject(new DeltaError(code, `secret-bucket refused ${key}`)),
    })

  test.each([
    ['permission-denied', 500],
    ['invalid-argument', 500],
    ['unavailable', 503],
  ] as const)('%s is an answer of %i without the reason, which is in the record', async (code, status) => {
    const world = await openWorld({ wrap: failing(code) })
    const answer = await query(world, 'orders')
    const text = await answer.text()
    expect([answer.status, JSON.parse(text)]).toMatchObject([status, { errorCode: 'INTERNAL_ERROR' }])
    expect(text).not.toContain('secret-bucket')
    expect(text).toContain(answer.headers.get('x-request-id'))
    expect(answer.headers.has('retry-after')).toBe(status === 503)
    expect(world.records.at(-1)?.error?.message).toContain('secret-bucket')
  })

  test('a store that cannot sign is the server’s fault, not the recipient’s', async () => {
    const presignGet = () => Promise.reject(new DeltaError('unauthenticated', 'credentials of secret-bucket expired'))
    const world = await openWorld({ wrap: (store) => ({ ...store, presigner: { presignGet } }) })
    const answer = await query(world, 'orders')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret-bucket')
    expect(world.records.at(-1)?.error?.message).toContain('secret-bucket')
  })

  test('a table that is gone is a 404, because clients try again for minutes on a 500', async () => {
    const world = await openWorld()
    await addTable(world.root, { share: 'sales', schema: 'shop', name: 'gone', location: 'nowhere' }, world)
    const answer = await query(world, 'gone')
    expect([answer.status, await answer.json()]).toMatchObject([404, { errorCode: 'RESOURCE_DOES_NOT_EXIST' }])
  })

  test('a damaged log is a 500, and does not name its place', async () => {
    const world = await openWorld()
    await putLog(world, 'damaged', { add: 'no object' })
    const answer = await query(world, 'damaged')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('_delta_log')
  })

  test('an error that is none of ours says nothing at all', async () => {
    const world = await openWorld({
      openTable: () => {
        throw new TypeError('secret-bucket of undefined')
      },
    })
    const answer = await query(world, 'orders')
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret-bucket')
  })
})

test('a body longer than a megabyte is not read to its end', async () => {
  const world = await openWorld()
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent++
      controller.enqueue(new Uint8Array(65_536))
    },
  })
  const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
  const answer = await world.ask('/shares/sales/schemas/shop/tables/orders/query', init)
  expect([answer.status, await answer.json()]).toMatchObject([400, { errorCode: 'MALFORMED_REQUEST' }])
  expect(sent).toBeLessThan(30)
})

test('every answer has a record, and no record has a secret', async () => {
  const world = await openWorld()
  await world.ask('/shares?pageToken=s3cret')
  await world.ask('/nothing')
  await world.ask('/shares', { headers: { authorization: 'Bearer s3cret', 'user-agent': 'test' } })
  await world.ask('/shares', { method: 'DELETE' })
  const answer = await query(world, 'orders')
  const url = /"url":"([^"]+)"/.exec(await answer.text())?.[1] ?? ''
  await (await world.handler(new Request(url))).text()
  expect(world.records).toMatchObject([
    { action: 'share.list', status: 400, error: { code: 'invalid-argument' } },
    { action: 'unknown', status: 404, recipient: 'acme' },
    // Also of who was not let in it tells what for.
    { action: 'share.list', path: '/delta-sharing/shares', status: 401, result: 'denied', userAgent: 'test' },
    { action: 'share.list', path: '/delta-sharing/shares', status: 405, result: 'rejected', recipient: 'acme' },
    {
      action: 'table.query',
      status: 200,
      recipient: 'acme',
      share: 'sales',
      schema: 'shop',
      table: 'orders',
      version: 1,
      files: 2,
    },
    { action: 'file.read', status: 200, recipient: 'acme', share: 'sales', table: 'orders' },
  ])
  const text = JSON.stringify(world.records)
  for (const secret of ['s3cret', world.token, new URL(url).pathname.slice('/files/'.length)])
    expect(text).not.toContain(secret)
})

test.each([
  [{ prefix: 'delta-sharing' }, 'prefix'],
  [{ prefix: '/a/' }, 'prefix'],
  [{ urlTtl: 600_000 }, 'at least 20 minutes'],
  [{ endpoint: 'share.example.com' }, 'endpoint'],
])('the option %j is refused before anything is served', async (options, reason) => {
  await expect(openWorld(options)).rejects.toThrow(reason)
})
