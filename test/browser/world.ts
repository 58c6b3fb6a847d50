import { inject } from 'vitest'
import { type CreateTableOptions, createTable, type Row } from '../../src/index.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import {
  addTable,
  createRecipient,
  createShare,
  grantShare,
  type Invitation,
  redeemActivation,
} from '../../src/manifest/index.ts'
import type { ShareBrowser } from '../../src/server/index.ts'
import { serve } from '../../src/server/node.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { formatProfile } from '../../src/wire/index.ts'
import { type FileServer, fileServer } from './file-server.ts'

/** A sharing server on a port, with the pages for people, and tables in three storages. */
export interface World {
  /** Where the server is, and its endpoint. */
  readonly origin: string
  readonly endpoint: string
  readonly root: ObjectStore
  /** A bucket that allows no pages of other origins, and one that does. */
  readonly closed: FileServer
  readonly open: FileServer
  invite(name: string, shares?: readonly string[]): Promise<Invitation>
  /** The profile file of a new recipient. */
  profile(name: string, shares?: readonly string[]): Promise<string>
  close(): Promise<void>
}

export const ORDERS: readonly Row[] = Array.from({ length: 12 }, (_, i) => ({
  id: i + 1,
  country: i % 3 === 0 ? 'DE' : 'FR',
  price: `${i}.50`,
  note: i % 4 === 0 ? null : `<b>note ${i}</b>`,
  address: { street: `Street ${i}`, tags: ['a', 'b'] },
}))

const field = (name: string, type: JsonValue, comment?: string): JsonObject => ({
  name,
  type,
  nullable: true,
  metadata: comment === undefined ? {} : { comment },
})

const ORDERS_SCHEMA: JsonObject = {
  type: 'struct',
  fields: [
    { ...field('id', 'long', 'order number'), nullable: false },
    field('country', 'string'),
    field('price', 'decimal(10,2)', 'in euros, with VAT'),
    field('note', 'string'),
    field('address', {
      type: 'struct',
      fields: [
        field('street', 'string', 'with the house number'),
        field('tags', { type: 'array', elementType: 'string', containsNull: true }),
      ],
    }),
  ],
}

export async function openWorld(): Promise<World> {
  const [root, local] = [memoryStore(), memoryStore()]
  const [closed, open] = await Promise.all([fileServer({ cors: false }), fileServer({ cors: true })])
  const storages: Readonly<Record<string, ObjectStore>> = { local, closed: closed.store, open: open.store }
  const tableAt = (location: string): ObjectStore =>
    prefixStore(storages[location.split('/')[0] ?? ''] ?? local, location)

  const write = async (location: string, options: CreateTableOptions, ...batches: (readonly Row[])[]) => {
    const table = await createTable(location, { store: tableAt(location), ...options })
    for (const batch of batches) await table.append(batch)
    await table.settled()
  }
  const orders = { schema: ORDERS_SCHEMA, partitionBy: ['country'] }
  await write('local/orders', orders, ORDERS.slice(0, 3), ORDERS.slice(3, 10), ORDERS.slice(10))
  await write('local/empty', orders)
  await write('closed/orders', orders, ORDERS)
  await write('open/orders', orders, ORDERS)

  for (const name of ['sales', 'remote', 'bare']) await createShare(root, { name })
  const show = (share: string, schema: string, name: string, location: string, history = false) =>
    addTable(root, { share, schema, name, location, history })
  await show('sales', 'shop', 'orders', 'local/orders', true)
  await show('sales', 'shop', 'newest', 'local/orders')
  await show('sales', 'shop', 'empty', 'local/empty')
  await show('remote', 'shop', 'closed', 'closed/orders')
  await show('remote', 'shop', 'open', 'open/orders', true)

  const server = await serve({ store: root, openTable: tableAt, port: 0, browse: await shareBrowser() })
  const origin = new URL(server.url).origin
  const invite = async (name: string, shares: readonly string[] = ['sales', 'remote']): Promise<Invitation> => {
    const invitation = await createRecipient(root, { name, endpoint: server.url })
    for (const share of shares) await grantShare(root, { recipient: name, share })
    return invitation
  }
  return {
    origin,
    endpoint: server.url,
    root,
    closed,
    open,
    invite,
    async profile(name, shares) {
      const { activationCode } = await invite(name, shares)
      return formatProfile(await redeemActivation(root, { code: activationCode }))
    },
    async close() {
      await Promise.all([server.close(), closed.close(), open.close()])
    },
  }
}

async function shareBrowser(): Promise<ShareBrowser> {
  return import(`data:text/javascript,${encodeURIComponent(inject('assets'))}`)
}
