import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable } from '../../../src/index.ts'
import { parseSchema } from '../../../src/schema/index.ts'
import { memoryStore } from '../../../src/store/index.ts'
import { answerLost, FakeDatabricks, type FakeOptions, later, refusing, unreachable } from './index.ts'

const TABLE = 'kadoa_prod.c_1.orders'
const PLACE = 's3://kadoa-share-acme/orders'
const add = (name: string, said: Record<string, unknown> = {}) => ({ action: 'ADD', data_object: { name, ...said } })
const remove = (name: string) => ({ action: 'REMOVE', data_object: { name } })

function workspace(options: FakeOptions = {}) {
  const fake = new FakeDatabricks(options)
  fake.namespaces.provideSchema('kadoa_prod.c_1')
  async function call(method: string, path: string, body?: unknown) {
    const where = path.startsWith('/') ? path : `/api/2.1/unity-catalog/${path}`
    const response = await fake.fetch(`${fake.url}${where}`, {
      method,
      headers: { authorization: `Bearer ${fake.token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return anyAnswer.parse(await response.json())
  }
  const register = (name: string, location: string) =>
    call('POST', 'tables', {
      catalog_name: 'kadoa_prod',
      schema_name: 'c_1',
      name,
      table_type: 'EXTERNAL',
      data_source_format: 'DELTA',
      storage_location: location,
    })
  const change = (...updates: unknown[]) => call('PATCH', 'shares/s', { updates })
  const shown = async () => (await call('GET', 'shares/s?include_shared_data=true')).objects
  return { fake, call, register, change, shown }
}

async function withShare(options: FakeOptions = {}) {
  const world = workspace(options)
  await world.call('POST', 'shares', { name: 's' })
  return world
}

const anyAnswer = z.record(z.string(), z.unknown())
const code = (errorCode: string) => ({ error_code: errorCode })

describe('a table is registered', () => {
  test.each([
    ['schema', 'kadoa_prod.c_1', 'EXTERNAL_USE_SCHEMA'],
    ['external_location', 'kadoa', 'EXTERNAL_USE_LOCATION'],
    ['external_location', 'kadoa', 'CREATE_EXTERNAL_TABLE'],
  ] as const)('not without what is granted on the %s %s: %s', async (type, name, privilege) => {
    const { fake, register } = workspace()
    for (const on of [{ type, name }, { type: 'catalog', name: 'kadoa_prod' } as const]) {
      fake.metastore.privileges.revoke(on, [privilege])
    }
    const words = privilege.replaceAll('_', ' ')
    expect(await register('orders', PLACE)).toMatchObject({
      ...code('PERMISSION_DENIED'),
      message: expect.stringContaining(words),
    })
  })

  test('not where the metastore lets nobody in from outside', async () => {
    const { fake, register } = workspace()
    fake.metastore.externalAccessEnabled = false
    expect(await register('orders', PLACE)).toMatchObject(code('PERMISSION_DENIED'))
  })

  test.each([PLACE, `${PLACE}/`, `${PLACE}/inner`, 's3://kadoa-share-acme'])(
    'not at %s, where another lies',
    async (location) => {
      const { register } = workspace()
      await register('orders', PLACE)
      expect(await register('other', location)).toMatchObject({ message: expect.stringContaining('overlaps') })
      expect(await register('other', `${PLACE}2`)).toMatchObject({ full_name: 'kadoa_prod.c_1.other' })
    },
  )

  test('not beyond the quota of its schema', async () => {
    const { fake, register } = workspace()
    fake.metastore.limits.tablesPerSchema = 1
    await register('orders', PLACE)
    expect(await register('other', 's3://kadoa-share-acme/other')).toMatchObject(code('QUOTA_EXCEEDED'))
  })
})

describe('a share', () => {
  test('is changed wholly or not at all, in order', async () => {
    const { fake, change, shown } = await withShare()
    fake.tables.provide(TABLE)
    expect(await change(add(TABLE), add('kadoa_prod.c_1.nothing'))).toMatchObject(code('TABLE_DOES_NOT_EXIST'))
    expect(await shown()).toEqual([])
    await change(add(TABLE))
    fake.tables.provide(`${TABLE}2`)
    await change(remove(TABLE), add(`${TABLE}2`, { shared_as: 'c_1.orders' }))
    expect(await shown()).toMatchObject([{ name: `${TABLE}2`, shared_as: 'c_1.orders' }])
  })

  test('takes a hundred changes and no more', async () => {
    const { fake, change } = await withShare()
    const names = Array.from({ length: 101 }, (_, index) => `${TABLE}${index}`)
    for (const name of names) fake.tables.provide(name)
    expect(await change(...names.map((name) => add(name)))).toMatchObject({
      message: 'maximum number update data objects allowed is a 100',
    })
  })

  test('shows no alias twice, whatever the case', async () => {
    const { fake, change } = await withShare()
    for (const name of [TABLE, `${TABLE}2`]) fake.tables.provide(name)
    await change(add(TABLE, { shared_as: 'A.B' }))
    expect(await change(add(`${TABLE}2`, { shared_as: 'a.b' }))).toMatchObject(code('RESOURCE_ALREADY_EXISTS'))
  })

  test('tells that its owner may no longer read a table', async () => {
    const { fake, change, shown } = await withShare()
    fake.tables.provide(TABLE)
    await change(add(TABLE))
    fake.metastore.privileges.own({ type: 'table', name: TABLE }, 'somebody')
    expect(await shown()).toMatchObject([{ status: 'PERMISSION_DENIED' }])
    fake.metastore.privileges.grant({ type: 'table', name: TABLE }, ['SELECT'])
    expect(await shown()).toMatchObject([{ status: 'ACTIVE' }])
  })

  test('never shows a name again whose table was dropped while it was shown', async () => {
    const { fake, call, change, shown } = await withShare()
    fake.tables.provide(TABLE)
    await change(add(TABLE))
    await call('DELETE', `tables/${TABLE}`)
    fake.tables.provide(TABLE)
    expect(await shown()).toMatchObject([{ status: 'PERMISSION_DENIED' }])
    await change(remove(TABLE))
    expect(await change(add(TABLE))).toMatchObject({
      message: expect.stringContaining('was dropped while it was shared'),
    })
  })

  test('is changed by its owner only', async () => {
    const { fake, change } = await withShare()
    fake.shares.handOver('s', 'somebody')
    expect(await change()).toMatchObject(code('PERMISSION_DENIED'))
  })

  test('tells nothing of its objects unless it is asked to', async () => {
    const { call } = await withShare()
    expect(await call('GET', 'shares/s')).not.toHaveProperty('objects')
  })

  test('starts a table at its version then, and never later; with deletion vectors it needs the history', async () => {
    const store = memoryStore()
    const openTable = async () => store
    const schema = parseSchema({
      type: 'struct',
      fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }],
    })
    const properties = { 'delta.enableDeletionVectors': 'true' }
    const table = await createTable('memory://orders', { store, schema, properties })
    await table.append([{ id: 1n }])
    await table.settled()
    const { fake, change, shown } = await withShare({ openTable })
    fake.tables.provide(TABLE)
    expect(await change(add(TABLE))).toMatchObject({ message: expect.stringContaining('WITH HISTORY') })
    const history = { history_data_sharing_status: 'ENABLED' }
    expect(await change(add(TABLE, { ...history, start_version: 2 }))).toMatchObject(code('INVALID_PARAMETER_VALUE'))
    await change(add(TABLE, history))
    expect(await shown()).toMatchObject([{ start_version: 1, cdf_enabled: true }])
  })
})

describe('a token for a secret', () => {
  test('ends, by time or because the workspace ends it', async () => {
    const { fake } = workspace()
    const { clientId, clientSecret } = fake.identity
    const issue = async (): Promise<string> => {
      const headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis' })
      const response = await fake.fetch(`${fake.url}/oidc/v1/token`, { method: 'POST', headers, body })
      return String(anyAnswer.parse(await response.json()).access_token)
    }
    const status = async (token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fake.fetch(`${fake.url}/api/2.1/unity-catalog/shares`, { headers })).status
    }
    const first = await issue()
    expect(await status(first)).toBe(200)
    await fake.runtime.sleep(3_600_000)
    expect(await status(first)).toBe(401)
    const second = await issue()
    fake.identity.expireTokens()
    expect(await status(second)).toBe(401)
  })
})

describe('the sharing endpoint', () => {
  async function recipient(said: Record<string, unknown> = {}) {
    const world = await withShare()
    await world.call('POST', 'recipients', { name: 'anna', authentication_type: 'TOKEN', ...said })
    await world.call('PATCH', 'shares/s/permissions', { changes: [{ principal: 'anna', add: ['SELECT'] }] })
    const link = encodeURIComponent(world.fake.recipients.linkOf('anna') ?? '')
    const { endpoint, bearerToken } = await world.call('GET', `public/data_sharing_activation/${link}`)
    const list = () => world.fake.fetch(`${endpoint}/shares`, { headers: { authorization: `Bearer ${bearerToken}` } })
    return { ...world, list }
  }

  test('lists what is granted to the one who shows a token, until it is rotated away', async () => {
    const { call, list } = await recipient()
    expect(await (await list()).json()).toMatchObject({ items: [{ name: 's' }] })
    await call('PATCH', 'shares/s/permissions', { changes: [{ principal: 'anna', remove: ['SELECT'] }] })
    expect(await (await list()).json()).toMatchObject({ items: [] })
    await call('POST', 'recipients/anna/rotate-token', { existing_token_expire_in_seconds: 0 })
    expect((await list()).status).toBe(401)
  })

  test('answers no address that the recipient may not use', async () => {
    const { list } = await recipient({ ip_access_list: { allowed_ip_addresses: ['203.0.113.0/24'] } })
    expect((await list()).status).toBe(403)
  })
})

describe('troubles', () => {
  test('befall the calls that they are for, as often as is said', async () => {
    const { fake, call } = workspace()
    fake.troubles.on(/^POST shares$/, later(429, 7), 2)
    expect(await call('GET', 'shares')).toEqual({ shares: [] })
    for (let time = 0; time < 2; time++) {
      expect(await call('POST', 'shares', { name: 's' })).toMatchObject(code('REQUEST_LIMIT_EXCEEDED'))
    }
    expect(await call('POST', 'shares', { name: 's' })).toMatchObject({ name: 's' })
  })

  test('keep a call from being done, or lose its answer', async () => {
    const { fake, call } = workspace()
    fake.troubles.push(unreachable, answerLost, refusing(403, 'PERMISSION_DENIED', 'no'))
    await expect(call('POST', 'shares', { name: 'a' })).rejects.toThrow('fetch failed')
    await expect(call('POST', 'shares', { name: 'b' })).rejects.toThrow('fetch failed')
    expect(await call('POST', 'shares', { name: 'c' })).toMatchObject(code('PERMISSION_DENIED'))
    expect(await call('GET', 'shares')).toMatchObject({ shares: [{ name: 'b' }] })
  })
})
