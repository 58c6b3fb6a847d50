import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { catalogColumns, type UnityCatalog } from '../../src/databricks/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { FAKE_URL, FakeDatabricks, NOW } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/databricks')
const conversation = z.object({
  why: z.string(),
  /** What is there before it begins. */
  given: z.object({
    recipients: z.array(z.string()),
    tables: z.array(z.string()),
    /** Storage credentials that are ours. */
    credentials: z.array(z.string()).optional(),
  }),
  exchanges: z.array(
    z.object({
      /** Who has opened his activation link by then. */
      opened: z.string().optional(),
      request: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }),
      answer: z.record(z.string(), z.unknown()),
    }),
  ),
})
type Conversation = z.infer<typeof conversation>

const conversations = readdirSync(folder).map((file) => ({
  file,
  ...conversation.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
}))

/** What a user of the client does in each conversation. */
const played: Readonly<Record<string, (catalog: UnityCatalog, fake: FakeDatabricks) => Promise<void>>> = {
  async 'share.json'({ shares }) {
    const latest = 'kadoa_prod.c_123.wf_b2c3__latest__e4'
    await shares.create({ name: 'kadoa_acme', comment: 'connector c_123' })
    await shares.update('kadoa_acme', [{ action: 'ADD', table: latest }])
    await shares.update('kadoa_acme', [
      {
        action: 'ADD',
        table: 'kadoa_prod.c_123.wf_b2c3__v1',
        sharedAs: 'KADOA.WF_B2C3__V1',
        history: true,
        comment: 'schema version 1',
      },
      { action: 'REMOVE', table: latest },
    ])
    await shares.updatePermissions('kadoa_acme', [{ recipient: 'kadoa_acme', add: ['SELECT'] }])
  },
  async 'table.json'({ tables }) {
    const name = 'kadoa_prod.c_123.wf_b2c3__v1'
    await tables.find(name)
    const amount = { name: 'amount', type: 'decimal(20,4)', nullable: true, metadata: {} }
    const currency = { name: 'currencyCode', type: 'string', nullable: true, metadata: {} }
    const price = { type: 'struct', fields: [amount, currency] }
    await tables.create({
      catalog: 'kadoa_prod',
      schema: 'c_123',
      name: 'wf_b2c3__v1',
      location: 's3://kadoa-share-acme/tables/b2c3/e1',
      columns: catalogColumns(
        parseSchema({ type: 'struct', fields: [{ name: 'price', type: price, nullable: true, metadata: {} }] }),
      ),
    })
    await tables.delete(name)
  },
  async 'storage.json'({ storageCredentials }) {
    const url = 's3://kadoa-share-acme/tables'
    await storageCredentials.tryOut({ credential: 'kadoa', location: 'kadoa', url })
  },
  async 'recipient.json'({ recipients }, fake) {
    await recipients.create({
      name: 'kadoa_acme',
      authenticationType: 'DATABRICKS',
      sharingIdentifier: ' AWS:us-west-2:19A84BEE-54bc-43a2-87de-023d0ec16016\n',
      properties: { kadoa_team_id: 't_1' },
    })
    await recipients.create({
      name: 'kadoa_acme_open',
      authenticationType: 'TOKEN',
      // A day too late: tokens live for a year at most.
      expiresAt: NOW + 366 * 86_400_000,
      allowedIps: ['203.0.113.0/24'],
    })
    fake.recipients.activate('kadoa_acme_open')
    await recipients.rotateToken('kadoa_acme_open', { existingExpiresIn: 86_400_000 })
  },
}

async function prepared({ recipients, tables, credentials = [] }: Conversation['given']): Promise<FakeDatabricks> {
  const fake = new FakeDatabricks()
  for (const name of credentials) fake.metastore.privileges.own({ type: 'storage_credential', name })
  for (const table of tables) fake.tables.provide(table)
  for (const name of recipients) await clientOf(fake).recipients.create({ name, authenticationType: 'TOKEN' })
  fake.calls.length = 0
  return fake
}

test('there is a player for each recorded conversation', () => {
  expect(Object.keys(played).sort()).toEqual(conversations.map(({ file }) => file).sort())
})

test.each(conversations)('the fake catalog answers as recorded: $file', async ({ given, exchanges }) => {
  const fake = await prepared(given)
  for (const { opened, request, answer } of exchanges) {
    if (opened !== undefined) fake.recipients.activate(opened)
    const response = await fake.fetch(`${FAKE_URL}/api/2.1/unity-catalog/${request.path}`, {
      method: request.method,
      headers: { authorization: `Bearer ${fake.token}` },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    expect(await response.json()).toMatchObject(answer)
  }
})

test.each(conversations)('the client asks as recorded, to the letter: $file', async ({ file, given, exchanges }) => {
  const fake = await prepared(given)
  await played[file]?.(clientOf(fake), fake)
  expect(fake.calls).toEqual(exchanges.map(({ request }) => request))
})
