import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { createTable, systemRuntime } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare } from '../../src/manifest/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { openStore, s3Store } from '../../src/store/index.ts'
import { assumeRole } from '../../src/store/s3/assume-role.ts'
import { openBucket } from './minio.ts'

const SCHEMA = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] }

/** The policy that docs/operate.md gives the server, for another bucket. */
function documentedPolicy(bucket: string): string {
  const page = readFileSync(join(import.meta.dirname, '../../docs/operate.md'), 'utf8')
  const [, policy = ''] = /```json\n(\{ "Version"[\s\S]*?)```/.exec(page) ?? []
  return JSON.stringify(JSON.parse(policy)).replaceAll('arn:aws:s3:::bucket', `arn:aws:s3:::${bucket}`)
}

test('a server with the rights that are documented redeems links, lists and answers queries, and cannot write a table', async () => {
  const location = await openBucket()
  const bucket = location.slice('s3://'.length)
  const table = await createTable(`${location}/tables/t`, { schema: SCHEMA })
  await table.append([{ id: 1 }])
  await table.settled()
  const root = await openStore(`${location}/shares`)
  await createShare(root, { name: 's' })
  await addTable(root, { share: 's', schema: 'd', name: 't', location: `${location}/tables/t` })
  const { activationCode } = await createRecipient(root, { name: 'anna' })
  await grantShare(root, { recipient: 'anna', share: 's' })

  const { endpoint, ...credentials } = inject('s3')
  const rights = await assumeRole(
    { endpoint, region: 'us-east-1', credentials },
    { role: 'server', session: 'server', policy: documentedPolicy(bucket), duration: 900, now: systemRuntime.now() },
  )
  const limited = (prefix: string) => s3Store({ bucket, prefix, endpoint, region: 'us-east-1', credentials: rights })
  const handler = sharingHandler({
    store: limited('shares'),
    openTable: (place) => limited(place.slice(`${location}/`.length)),
  })

  const activated = await handler(new Request(`http://share/activate/${activationCode}`, { method: 'POST' }))
  const { bearerToken } = (await activated.json()) as { bearerToken: string }
  const ask = (path: string, method = 'GET') =>
    handler(
      new Request(`http://share/delta-sharing${path}`, { method, headers: { authorization: `Bearer ${bearerToken}` } }),
    )
  expect((await handler(new Request('http://share/readyz'))).status).toBe(200)
  expect(await (await ask('/shares/s/all-tables?maxResults=1')).json()).toMatchObject({ items: [{ name: 't' }] })
  const lines = (await (await ask('/shares/s/schemas/d/tables/t/query', 'POST')).text()).trim().split('\n')
  const url = JSON.parse(lines[2] ?? '').file.url
  const file = await fetch(url, { headers: { range: 'bytes=-4' } })
  expect([file.status, await file.text()]).toEqual([206, 'PAR1'])

  const refused = { code: 'permission-denied' }
  await expect(limited('tables/t').put('x', new Uint8Array(1), { mode: 'overwrite' })).rejects.toMatchObject(refused)
  await expect(limited('shares').delete(['sharing/shares/s.json'])).rejects.toMatchObject(refused)
  await expect(
    limited('shares').put('sharing/shares/s.json', new Uint8Array(1), { mode: 'overwrite' }),
  ).rejects.toMatchObject(refused)
})
