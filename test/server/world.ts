import { createTable, type Row, type Runtime, simulatedRuntime } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { type AuditRecord, type SharingHandler, type SharingOptions, sharingHandler } from '../../src/server/index.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'

/** A root with shares, tables and one recipient, and a server over it; all in memory, on a clock that tests move. */
export interface World {
  readonly root: ObjectStore
  readonly runtime: Runtime
  readonly token: string
  readonly records: AuditRecord[]
  readonly handler: SharingHandler
  /** Asks below the endpoint, with the recipient's token unless the headers say otherwise. */
  ask(path: string, init?: RequestInit): Promise<Response>
  tableAt(location: string): ObjectStore
}

export const ORIGIN = 'https://share.example.com'
export const ENDPOINT = `${ORIGIN}/delta-sharing`
export const RECIPIENT = 'acme'

export interface WorldOptions extends Partial<SharingOptions> {
  /** Wraps every store that a table is read from. */
  readonly wrap?: (store: ObjectStore) => ObjectStore
}

/** One share `sales` with the table `shop.orders` in two files, granted; and the share `secret`, not granted. */
export async function openWorld({ wrap = (store) => store, ...options }: WorldOptions = {}): Promise<World> {
  const runtime = simulatedRuntime()
  const root = memoryStore({ runtime })
  const bucket = memoryStore({ runtime })
  const tableAt = (location: string): ObjectStore => wrap(prefixStore(bucket, location))
  const records: AuditRecord[] = []
  await writeOrders(prefixStore(bucket, 'orders'), runtime)
  for (const name of ['sales', 'secret']) {
    await createShare(root, { name }, { runtime })
    await addTable(root, { share: name, schema: 'shop', name: 'orders', location: 'orders' }, { runtime })
  }
  const token = await tokenFor(root, runtime, RECIPIENT)
  await grantShare(root, { recipient: RECIPIENT, share: 'sales' }, { runtime })
  const handler = sharingHandler({
    store: root,
    openTable: tableAt,
    runtime,
    records: (record) => records.push(record),
    ...options,
  })
  return {
    root,
    runtime,
    token,
    records,
    handler,
    tableAt,
    ask(path, init = {}) {
      const headers = new Headers(init.headers)
      if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
      return handler(new Request(ENDPOINT + path, { ...init, headers }))
    },
  }
}

export const ORDERS: readonly Row[] = [
  { id: 1, country: 'DE', price: '10.50' },
  { id: 2, country: 'DE', price: '20.00' },
  { id: 3, country: 'FR', price: '30.00' },
]

async function writeOrders(store: ObjectStore, runtime: Runtime): Promise<void> {
  const schema = {
    type: 'struct',
    fields: [
      {
        name: 'id',
        type: 'long',
        nullable: true,
        metadata: { comment: 'order number', 'internal.note': 'not for readers' },
      },
      { name: 'country', type: 'string', nullable: true, metadata: {} },
      { name: 'price', type: 'decimal(10,2)', nullable: true, metadata: {} },
    ],
  }
  const table = await createTable('orders', { store, runtime, schema, partitionBy: ['country'] })
  await table.append(ORDERS)
  await table.settled()
}

/** Creates a recipient and redeems its activation at once. */
export async function tokenFor(root: ObjectStore, runtime: Runtime, name: string): Promise<string> {
  const { activationCode } = await createRecipient(root, { name }, { runtime })
  return (await redeemActivation(root, { code: activationCode }, { runtime })).bearerToken
}

/** The lines of an NDJSON answer, parsed. */
export async function linesOf(response: Response): Promise<Record<string, Record<string, unknown>>[]> {
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** How many files an answer has. */
export async function filesIn(answer: Response): Promise<number> {
  return (await linesOf(answer)).filter((line) => 'file' in line).length
}

/** Shares a table `shop.<name>`, in `sales` unless said, whose log is written by hand: a plain beginning, then the actions given. */
export async function putLog(
  world: World,
  name: string,
  action: object | readonly object[],
  {
    protocol = { minReaderVersion: 1, minWriterVersion: 2 },
    type = 'long',
    metadata = {},
    configuration = {},
    share = 'sales',
    history = false,
  }: {
    readonly protocol?: object
    readonly type?: string
    /** Of the table's one column. */
    readonly metadata?: object
    readonly configuration?: object
    readonly share?: string
    readonly history?: boolean
  } = {},
): Promise<void> {
  const schema = { type: 'struct', fields: [{ name: 'n', type, nullable: true, metadata }] }
  const metaData = { id: 'x', format: { provider: 'parquet', options: {} }, schemaString: JSON.stringify(schema) }
  const actions = [{ protocol }, { metaData: { ...metaData, partitionColumns: [], configuration } }, action].flat()
  const commit = new TextEncoder().encode(actions.map((line) => `${JSON.stringify(line)}\n`).join(''))
  await world.tableAt(name).put('_delta_log/00000000000000000000.json', commit, { mode: 'create' })
  await addTable(world.root, { share, schema: 'shop', name, location: name, history }, world)
}
