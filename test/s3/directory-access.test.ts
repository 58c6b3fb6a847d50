import { beforeAll, expect, inject, test } from 'vitest'
import { createTable, systemRuntime } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { sharingHandler } from '../../src/server/index.ts'
import { memoryStore, type ObjectStore, openStore, s3Store } from '../../src/store/index.ts'
import { openBucket } from './minio.ts'

interface Credentials {
  readonly location: string
  readonly awsTempCredentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
  }
  readonly expirationTime: number
}

let bucket = ''
let outside: ObjectStore
let credentials: Credentials
/** The store of the bucket, with nothing but the credentials that were lent. */
let borrowed: ObjectStore

/** A table `t` in a bucket beside `t2`, shared whole; the recipient asks the server for credentials. */
beforeAll(async () => {
  const location = await openBucket()
  bucket = location.slice('s3://'.length)
  outside = await openStore(location)
  for (const name of ['t', 't2']) {
    const table = await createTable(`${location}/tables/${name}`, { schema: SCHEMA })
    await table.append([{ id: 1 }])
    await table.settled()
  }
  credentials = await credentialsFor(`${location}/tables/t`)
  borrowed = storeWith(credentials)
})

const SCHEMA = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] }

async function credentialsFor(location: string, allowedIps: readonly string[] = []): Promise<Credentials> {
  const root = memoryStore()
  await createShare(root, { name: 's' })
  await addTable(root, { share: 's', schema: 'd', name: 't', location, history: true })
  const { activationCode } = await createRecipient(root, { name: 'anna', allowedIps })
  await grantShare(root, { recipient: 'anna', share: 's' })
  const { bearerToken } = await redeemActivation(root, { code: activationCode, address: allowedIps[0] })
  const handler = sharingHandler({ store: root, openTable: openStore, directoryRole: 'arn:minio:iam:::role/readers' })
  const url = 'http://share/delta-sharing/shares/s/schemas/d/tables/t/temporary-table-credentials'
  const answer = await handler(
    new Request(url, { method: 'POST', headers: { authorization: `Bearer ${bearerToken}` } }),
    { address: allowedIps[0] },
  )
  expect(answer.status).toBe(200)
  const { credentials } = (await answer.json()) as { credentials: Credentials }
  return credentials
}

function storeWith({ awsTempCredentials }: Credentials): ObjectStore {
  const { endpoint } = inject('s3')
  return s3Store({ bucket, endpoint, region: 'us-east-1', credentials: awsTempCredentials })
}

async function keysUnder(prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of borrowed.list({ prefix })) keys.push(key)
  return keys
}

test('name the table, and end within the hour', () => {
  expect(credentials.location).toBe(`s3://${bucket}/tables/t`)
  const left = credentials.expirationTime - systemRuntime.now()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(3_700_000)
})

test('read and list what is in the table: a client reads it whole', async () => {
  const keys = await keysUnder('tables/t/')
  expect(keys).toContain('tables/t/_delta_log/00000000000000000001.json')
  for (const key of keys) expect((await borrowed.get(key)).size).toBeGreaterThan(0)
})

test.each(['tables/t2/', 'tables/t', 'tables/', ''])('cannot list %j', async (prefix) => {
  await expect(keysUnder(prefix)).rejects.toMatchObject({ code: 'permission-denied' })
})

test('cannot read the table beside it', async () => {
  const key = 'tables/t2/_delta_log/00000000000000000000.json'
  expect((await outside.get(key)).size).toBeGreaterThan(0)
  await expect(borrowed.get(key)).rejects.toMatchObject({ code: 'permission-denied' })
})

test('cannot write, copy or delete, not even in the table', async () => {
  const key = 'tables/t/_delta_log/00000000000000000001.json'
  const refused = { code: 'permission-denied' }
  await expect(borrowed.put('tables/t/new', new Uint8Array(1), { mode: 'overwrite' })).rejects.toMatchObject(refused)
  await expect(borrowed.put('tables/t/new', new Uint8Array(1), { mode: 'create' })).rejects.toMatchObject(refused)
  await expect(borrowed.copy(key, 'tables/t/copy')).rejects.toMatchObject(refused)
  await expect(borrowed.delete([key])).rejects.toMatchObject(refused)
  expect((await outside.get(key)).size).toBeGreaterThan(0)
})

test('of a recipient with an IP list are good from there only', async () => {
  const key = 'tables/t/_delta_log/00000000000000000001.json'
  const location = `s3://${bucket}/tables/t`
  const here = storeWith(await credentialsFor(location, ['192.0.2.7', '127.0.0.0/8', '::1']))
  expect((await here.get(key)).size).toBeGreaterThan(0)
  const elsewhere = storeWith(await credentialsFor(location, ['192.0.2.7']))
  await expect(elsewhere.get(key)).rejects.toMatchObject({ code: 'permission-denied' })
  await expect(elsewhere.list({ prefix: 'tables/t/' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'permission-denied',
  })
})
