import { expect, test } from 'vitest'
import { addTable, type NewTable, removeTable, setRecipient, showRecipient } from '../../src/manifest/index.ts'
import type { LendOptions, ObjectStore } from '../../src/store/index.ts'
import { ENDPOINT, linesOf, openWorld, RECIPIENT, type World, type WorldOptions } from './world.ts'

const LOCATION = 's3://bucket/tables/orders'
const ROLE = 'arn:aws:iam::123456789012:role/readers'
const PATH = '/shares/sales/schemas/shop/tables/orders/temporary-table-credentials'

interface Lent extends LendOptions {
  readonly prefix: string
}

/** A world whose tables say that they lie in S3, with a lender that only notes what it was asked for. */
async function lendingWorld({ location = LOCATION, ...options }: WorldOptions & { location?: string } = {}): Promise<{
  world: World
  lent: Lent[]
}> {
  const lent: Lent[] = []
  const world = await openWorld({
    directoryRole: ROLE,
    authCache: 0,
    wrap: (store: ObjectStore): ObjectStore => ({
      ...store,
      location,
      lender: {
        async lend(prefix, lendOptions) {
          lent.push({ prefix, ...lendOptions })
          const expiresAt = world.runtime.now() + lendOptions.expiresIn
          return { accessKeyId: 'key', secretAccessKey: 's3cret', sessionToken: 'session', expiresAt }
        },
      },
    }),
    ...options,
  })
  await shareOrders(world, { history: true })
  return { world, lent }
}

/** Shares the table anew, on other terms. */
async function shareOrders({ root, runtime }: World, terms: Partial<NewTable>): Promise<void> {
  const table = { share: 'sales', schema: 'shop', name: 'orders' }
  await removeTable(root, table, { runtime })
  await addTable(root, { ...table, location: 'orders', ...terms }, { runtime })
}

async function tokenExpiry({ root, runtime }: World): Promise<number> {
  const { tokens } = await showRecipient(root, RECIPIENT, { runtime })
  return Date.parse(tokens[0]?.expiresAt ?? '')
}

const post = (world: World, location?: string): Promise<Response> =>
  world.ask(PATH, { method: 'POST', ...(location === undefined ? {} : { body: JSON.stringify({ location }) }) })

test('credentials are lent for the table, by the role, for an hour', async () => {
  const { world, lent } = await lendingWorld()
  const answer = await post(world)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.json()).toEqual({
    credentials: {
      location: LOCATION,
      awsTempCredentials: { accessKeyId: 'key', secretAccessKey: 's3cret', sessionToken: 'session' },
      expirationTime: world.runtime.now() + 3_600_000,
    },
  })
  expect(lent).toEqual([
    { prefix: '', role: ROLE, session: `deltaquill-${RECIPIENT}`, expiresIn: 3_600_000, addresses: [] },
  ])
  expect(JSON.stringify(world.records)).not.toContain('s3cret')
})

test('credentials are good from the addresses of their recipient only', async () => {
  const { world, lent } = await lendingWorld()
  const allowedIps = ['192.0.2.0/24', '2001:db8::/32']
  await setRecipient(world.root, { name: RECIPIENT, allowedIps }, { runtime: world.runtime })
  const { token } = world
  const asked = new Request(ENDPOINT + PATH, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
  expect((await world.handler(asked, { address: '192.0.2.7' })).status).toBe(200)
  expect(lent).toMatchObject([{ addresses: allowedIps }])
})

test('credentials end with the token, and are not lent when that ends in less than 15 minutes', async () => {
  const { world, lent } = await lendingWorld()
  const left = (await tokenExpiry(world)) - world.runtime.now()
  await world.runtime.sleep(left - 1_800_000)
  expect((await post(world)).status).toBe(200)
  expect(lent[0]?.expiresIn).toBe(1_800_000)
  await world.runtime.sleep(1_000_000)
  expect((await post(world)).status).toBe(403)
})

test.each([
  [LOCATION, ''],
  [`${LOCATION}/`, ''],
  ['s3a://bucket/tables/orders', ''],
  [`${LOCATION}/country=DE`, 'country=DE'],
])('the place %s is the table or below it', async (location, prefix) => {
  const { world, lent } = await lendingWorld()
  expect((await post(world, location)).status).toBe(200)
  expect(lent).toMatchObject([{ prefix }])
})

test.each([
  's3://bucket/tables/orders-2',
  's3://bucket/tables/orders2',
  's3://bucket/tables',
  's3://bucket',
  's3://other/tables/orders',
  's3://bucket/tables/orders/../secret',
  'file:///tables/orders',
  'http://169.254.169.254/latest/meta-data',
])('the place %s is refused, and nobody is asked for credentials', async (location) => {
  const { world, lent } = await lendingWorld()
  const answer = await post(world, location)
  expect(answer.status).toBe(400)
  expect(await answer.text()).not.toContain(LOCATION)
  expect(lent).toEqual([])
})

test.each([
  ['pinned', { history: true, version: 1 }],
  ['shared without history', { history: false }],
  ['shared from a version on', { history: true, startVersion: 1 }],
  ['shared in part', { history: true, partition: { country: 'DE' } }],
] as const)('a table that is %s is neither offered nor lent', async (_, entry) => {
  const { world, lent } = await lendingWorld()
  await shareOrders(world, entry)
  expect((await post(world)).status).toBe(400)
  const [, metadata] = await linesOf(await world.ask(PATH.replace(/[^/]+$/, 'metadata')))
  expect(metadata?.metaData).not.toHaveProperty('accessModes')
  expect(await (await world.ask('/shares/sales/all-tables')).text()).not.toContain('accessModes')
  expect(lent).toEqual([])
})

test('a table that may be read where it lies says so in lists, metadata and queries', async () => {
  const { world } = await lendingWorld()
  const offer = { location: LOCATION, accessModes: ['url', 'dir'] }
  expect(await (await world.ask('/shares/sales/all-tables')).json()).toMatchObject({ items: [offer] })
  const [, metadata] = await linesOf(await world.ask(PATH.replace(/[^/]+$/, 'metadata')))
  expect(metadata?.metaData).toMatchObject(offer)
  const [, queried] = await linesOf(await world.ask(PATH.replace(/[^/]+$/, 'query'), { method: 'POST' }))
  expect(queried?.metaData).toMatchObject(offer)
})

test.each([
  ['s3://bucket', undefined],
  ['s3://bucket/tables/or*', undefined],
  ['s3://bucket/tables/what?', undefined],
  [LOCATION, `${LOCATION}/c=*`],
])(
  'a place that no policy can fence off (%s, %s) is not lent, and a whole table there is not offered',
  async (location, asked) => {
    const { world, lent } = await lendingWorld({ location })
    const answer = await post(world, asked)
    expect([answer.status, await answer.json()]).toMatchObject([400, { errorCode: 'UNSUPPORTED_OPERATION' }])
    expect(lent).toEqual([])
    const list = await (await world.ask('/shares/sales/all-tables')).text()
    expect(list.includes('accessModes')).toBe(asked !== undefined)
  },
)

test('without a role nothing is offered, and the location stays inside', async () => {
  const { world } = await lendingWorld({ directoryRole: undefined })
  expect((await post(world)).status).toBe(400)
  expect(await (await world.ask('/shares/sales/all-tables')).text()).not.toContain(LOCATION)
})

test('a table that is not granted is as if it were not there', async () => {
  const { world, lent } = await lendingWorld()
  const secret = await world.ask(PATH.replace('sales', 'secret'), { method: 'POST' })
  const missing = await world.ask(PATH.replace('sales', 'nothing'), { method: 'POST' })
  expect([secret.status, missing.status]).toEqual([404, 404])
  expect((await secret.text()).replaceAll('secret', 'nothing')).toBe(await missing.text())
  expect(lent).toEqual([])
})

test.each(['[]', '{"location": 1}', '{', `{"a": ${'['.repeat(101)}${']'.repeat(101)}}`])(
  'the body %s is refused',
  async (body) => {
    const { world } = await lendingWorld()
    expect((await world.ask(PATH, { method: 'POST', body })).status).toBe(400)
  },
)
