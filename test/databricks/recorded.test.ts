import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { UnityCatalog } from '../../src/databricks/index.ts'
import { clientOf, FakeUnityCatalog, HOST, NOW, TOKEN } from './fake-unity-catalog.ts'

const folder = resolve(import.meta.dirname, '../../fixtures/databricks')
const conversation = z.object({
  why: z.string(),
  recipients: z.array(z.string()),
  exchanges: z.array(
    z.object({
      request: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }),
      answer: z.record(z.string(), z.unknown()),
    }),
  ),
})

const conversations = readdirSync(folder).map((file) => ({
  file,
  ...conversation.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))),
}))

/** What a user of the client does in each conversation. */
const played: Readonly<Record<string, (catalog: UnityCatalog) => Promise<void>>> = {
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
  async 'recipient.json'({ recipients }) {
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
    await recipients.rotateToken('kadoa_acme_open', { existingExpiresIn: 86_400_000 })
  },
}

async function prepared(recipients: readonly string[]): Promise<FakeUnityCatalog> {
  const fake = new FakeUnityCatalog()
  for (const name of recipients) await clientOf(fake).recipients.create({ name, authenticationType: 'TOKEN' })
  fake.calls.length = 0
  return fake
}

test('there is a player for each recorded conversation', () => {
  expect(Object.keys(played).sort()).toEqual(conversations.map(({ file }) => file).sort())
})

test.each(conversations)('the fake catalog answers as recorded: $file', async ({ recipients, exchanges }) => {
  const fake = await prepared(recipients)
  for (const { request, answer } of exchanges) {
    const response = await fake.fetch(`${HOST}/api/2.1/unity-catalog/${request.path}`, {
      method: request.method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    expect(await response.json()).toMatchObject(answer)
  }
})

test.each(conversations)(
  'the client asks as recorded, to the letter: $file',
  async ({ file, recipients, exchanges }) => {
    const fake = await prepared(recipients)
    await played[file]?.(clientOf(fake))
    expect(fake.calls).toEqual(exchanges.map(({ request }) => request))
  },
)
