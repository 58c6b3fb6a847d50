import { describe, expect, test } from 'vitest'
import { openProfile, type SharedReadOptions, type SharedTable } from '../../src/client/index.ts'
import { type Row, simulatedRuntime } from '../../src/index.ts'
import { collect } from '../collect.ts'
import { ENDPOINT, ORDERS, openWorld, type World } from '../server/world.ts'
import { clientOf } from './script.ts'

function tableOf(world: World, name = 'sales.shop.orders'): SharedTable {
  const fetch: typeof globalThis.fetch = (input, init) => world.handler(new Request(input, init))
  return openProfile({ endpoint: ENDPOINT, bearerToken: world.token }, { fetch, runtime: world.runtime }).table(name)
}

function rowsOf(table: SharedTable, options?: SharedReadOptions): Promise<Row[]> {
  return collect(table.read(options))
}

describe('a shared table', () => {
  test('reads as it was written', async () => {
    expect(await rowsOf(tableOf(await openWorld()))).toEqual(ORDERS)
  })

  test.each([
    ['columns', { columns: ['price', 'id'] }, ORDERS.map(({ price, id }) => ({ price, id }))],
    ['a filter on values', { where: { price: { gte: 20 } } }, ORDERS.slice(1)],
    ['a filter on a partition', { where: { country: 'FR' }, columns: ['id'] }, [{ id: 3 }]],
    ['a limit', { limit: 2 }, ORDERS.slice(0, 2)],
    ['a limit with a filter', { limit: 1, where: { id: { gt: 1 } } }, ORDERS.slice(1, 2)],
    ['a limit of nothing', { limit: 0 }, []],
  ])('is read with %s', async (_, options, rows) => {
    expect(await rowsOf(tableOf(await openWorld()), options)).toEqual(rows)
  })

  test('fetches no file that a filter rules out', async () => {
    const world = await openWorld()
    await rowsOf(tableOf(world), { where: { country: 'FR' } })
    expect(world.records.filter(({ action }) => action === 'file.read')).toHaveLength(1)
  })

  test('tells its version and metadata', async () => {
    const table = tableOf(await openWorld())
    expect(await table.version()).toBe(1)
    expect(await table.metadata()).toMatchObject({
      version: 1,
      partitionColumns: ['country'],
      files: 2,
      schema: { fields: [{ name: 'id' }, { name: 'country' }, { name: 'price' }] },
    })
  })

  test('with column mapping is refused, for the answer does not say what goes by it', async () => {
    const metadata = { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'col-1' }
    const schemaString = JSON.stringify({ type: 'struct', fields: [{ name: 'id', type: 'long', metadata }] })
    const metaData = { id: 'x', format: { provider: 'parquet' }, schemaString, partitionColumns: [] }
    const lines = [{ protocol: { minReaderVersion: 1 } }, { metaData }].map((line) => JSON.stringify(line))
    const { catalog } = clientOf([{ headers: { 'delta-table-version': '0' }, body: lines.join('\n') }])
    await expect(rowsOf(catalog.table('s.t.mapped'))).rejects.toMatchObject({
      code: 'unsupported',
      details: { feature: 'columnMapping' },
    })
  })

  test.each([
    ['not-found', 'sales.shop.nothing', {}],
    ['not-found', 'secret.shop.orders', {}],
    ['invalid-argument', 'sales.shop.orders', { version: 0 }],
    ['invalid-argument', 'sales.shop.orders', { columns: ['nothing'] }],
    ['invalid-argument', 'sales.shop.orders', { where: { nothing: 1 } }],
  ])('says %s for %s with %j', async (code, name, options) => {
    await expect(rowsOf(tableOf(await openWorld(), name), options)).rejects.toMatchObject({ code })
  })
})

const headers = { 'delta-table-version': '0', 'delta-sharing-capabilities': 'responseformat=parquet' }
const head = [
  { protocol: { minReaderVersion: 1 } },
  {
    metaData: {
      id: 'm',
      format: { provider: 'parquet' },
      schemaString: '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{}}]}',
      partitionColumns: ['a'],
    },
  },
]
const file = {
  file: { url: 'https://bucket/f?X-Amz-Signature=s1gned', id: 'f1', partitionValues: { a: '' }, size: 20 },
}
const answer = (lines: readonly object[], more: Record<string, string> = {}) => ({
  headers: { ...headers, ...more },
  body: lines.map((line) => JSON.stringify(line)).join('\n'),
})
const end = (endStreamAction: object) => ({ endStreamAction })

describe('an answer of a foreign server', () => {
  const read = (steps: Parameters<typeof clientOf>[0]) => rowsOf(clientOf(steps).catalog.table('s.c.t'))

  test('in pages is followed to its end', async () => {
    const { catalog, requests } = clientOf([answer([...head, end({ nextPageToken: 'n' })]), answer([...head, end({})])])
    expect(await rowsOf(catalog.table('s.c.t'))).toEqual([])
    expect(requests.map(({ body }) => body)).toEqual(['{"includeRefreshToken":true}', '{"pageToken":"n"}'])
  })

  test.each([
    ['in a format of its own', 'unsupported', answer(head, { 'delta-sharing-capabilities': 'responseformat=csv' })],
    ['of a newer protocol', 'unsupported', answer([{ protocol: { minReaderVersion: 3 } }, ...head.slice(1)])],
    ['with two protocols', 'invalid-data', answer([...head.slice(0, 1), ...head])],
    ['with a file before its head', 'invalid-data', answer([file, ...head])],
    ['with a file twice', 'invalid-data', answer([...head, file, file])],
    ['with a change in it', 'invalid-data', answer([...head, { add: { ...file.file, version: 1, timestamp: 1 } }])],
    ['that goes on behind its end', 'invalid-data', answer([...head, end({}), file])],
    ['whose pages go round in circles', 'invalid-data', answer([...head, end({ nextPageToken: 'n' })])],
    ['without a version', 'invalid-data', answer(head, { 'delta-table-version': '' })],
    ['with an unknown line', 'invalid-data', answer([...head, { cdf: {} }])],
  ])('%s is %s', async (_, code, step) => {
    await expect(read([step, step])).rejects.toMatchObject({ code })
  })

  test.each([
    ['that ends early', answer([])],
    ['that says it went wrong', answer([...head, end({ errorMessage: 'storage' })])],
  ])('%s is asked for again, then given up', async (_, step) => {
    await expect(read(Array.from({ length: 6 }, () => step))).rejects.toMatchObject({ code: 'unavailable' })
    expect(await read([step, answer(head)])).toEqual([])
  })
})

describe('a filter', () => {
  const [protocol, meta] = head
  const where = { a: { in: ['x', 'y'] } }
  const fields = [{ name: 'a', type: 'string', nullable: true, metadata: {} }]
  const withB = { name: 'b', type: 'decimal(10,2)', nullable: true, metadata: {} }
  const headOf = (columns: readonly object[]) => {
    const schemaString = JSON.stringify({ type: 'struct', fields: columns })
    return answer([protocol ?? {}, { metaData: { ...meta?.metaData, schemaString } }])
  }
  const bodies = (requests: ReturnType<typeof clientOf>['requests']) =>
    requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body))

  test('is told to the server in JSON, and in SQL what JSON has no type for', async () => {
    const { catalog, requests } = clientOf([headOf([...fields, withB]), headOf([...fields, withB])])
    await rowsOf(catalog.table('s.c.t'), { where: { ...where, b: { gte: '1.5' } }, limit: 3 })
    const [body] = bodies(requests)
    expect(body.predicateHints).toEqual(['b >= 1.50'])
    expect(JSON.parse(body.jsonPredicateHints)).toMatchObject({
      op: 'or',
      children: [{ op: 'equal' }, { op: 'equal' }],
    })
    // Rows that match are counted by us.
    expect(body.limitHint).toBeUndefined()
  })

  test('is not what a query fails of: a server that refuses it is asked without', async () => {
    const refusal = { status: 400, body: { errorCode: 'INVALID_PARAMETER_VALUE', message: 'what is equal?' } }
    const { catalog, requests } = clientOf([headOf(fields), refusal, headOf(fields)])
    expect(await rowsOf(catalog.table('s.c.t'), { where })).toEqual([])
    expect(bodies(requests)[1]).toEqual({ includeRefreshToken: true })
  })

  test('is not told any more when the columns changed under it', async () => {
    const other = headOf([{ ...fields[0], type: 'date' }])
    const { catalog, requests } = clientOf([headOf(fields), other, other])
    await expect(rowsOf(catalog.table('s.c.t'), { where })).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(requests).toHaveLength(2)
    const [before, after] = ['long', 'integer'].map((type) => headOf([{ ...fields[0], type }]))
    const second = clientOf([before ?? {}, after ?? {}, after ?? {}])
    expect(await rowsOf(second.catalog.table('s.c.t'), { where: { a: 5 } })).toEqual([])
    expect(bodies(second.requests)[1]).toEqual({ includeRefreshToken: true })
  })
})

test('a server that stays silent for minutes is asked twice, not six times', async () => {
  const runtime = simulatedRuntime()
  let asked = 0
  const fetch = async (): Promise<Response> => {
    asked++
    await runtime.sleep(300_000)
    throw new TypeError('fetch failed')
  }
  const catalog = openProfile({ endpoint: ENDPOINT, bearerToken: 'secret' }, { fetch, runtime })
  await expect(catalog.shares()).rejects.toMatchObject({ code: 'unavailable' })
  expect(asked).toBe(2)
})

describe('a data file', () => {
  const read = (steps: Parameters<typeof clientOf>[0]) =>
    rowsOf(clientOf([answer([...head, file]), ...steps]).catalog.table('s.c.t'))

  test('is fetched without the token, by the range that is needed', async () => {
    const { catalog, requests } = clientOf([answer([...head, file]), { status: 404 }])
    await expect(rowsOf(catalog.table('s.c.t'))).rejects.toMatchObject({ code: 'not-found' })
    expect(requests[1]).toMatchObject({ authorization: null, range: 'bytes=0-19' })
  })

  test.each([
    ['was cut short', { status: 206, body: 'abc' }, 'unavailable'],
    [
      'is refused',
      { status: 403, headers: { 'content-type': 'application/xml' }, body: '<StringToSign>s1gned' },
      'permission-denied',
    ],
    ['is no Parquet', { status: 206, body: 'a'.repeat(20) }, 'invalid-data'],
    ['cannot be reached', new TypeError('fetch failed'), 'unavailable'],
  ])('that %s is told of by its id, never by its URL', async (_, step, code) => {
    const error: unknown = await read(Array.from({ length: 6 }, () => step)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, message: expect.stringContaining('f1') })
    expect(String(error)).not.toContain('s1gned')
    expect(String(error)).not.toContain('bucket')
  })
})
