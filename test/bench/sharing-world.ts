import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import { findServer } from '../s3/server.ts'
import { writeProductLog } from './sharing-tables.ts'

/** A place with tables, a share of them, and a recipient. */
export interface SharingWorld {
  readonly root: string
  readonly token: string
  /** What the store is, for the reader. */
  readonly found: string
}

export function tableName(files: number): string {
  return `products_${files}`
}

/** Makes tables with so many files in a real S3 server, shares them, and takes all away when `run` has ended. */
export async function withSharedTables<T>(
  files: readonly number[],
  run: (world: SharingWorld) => Promise<T>,
): Promise<T> {
  const server = await findServer()
  if (server === undefined)
    throw new Error('no S3 server: put a minio binary on the PATH (CONTRIBUTING.md tells of other ways)')
  const { endpoint, accessKeyId, secretAccessKey, found } = server
  try {
    const bucket = `bench-${process.pid}-${systemRuntime.now().toString(36)}`
    const credentials = { accessKeyId, secretAccessKey }
    const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    client.destroy()
    // The servers under test find the bucket as anybody's would.
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
    })
    const root = `s3://${bucket}`
    for (const count of files) await writeProductLog(await openStore(`${root}/${tableName(count)}`), count)
    return await run({ root, token: await shareAll(root, files), found })
  } finally {
    await server.stop()
  }
}

async function shareAll(root: string, files: readonly number[]): Promise<string> {
  const store: ObjectStore = await openStore(root)
  const call = { runtime: systemRuntime }
  await createShare(store, { name: 'bench' }, call)
  for (const count of files) {
    const name = tableName(count)
    await addTable(store, { share: 'bench', schema: 'shop', name, location: `${root}/${name}` }, call)
  }
  const { activationCode } = await createRecipient(store, { name: 'reader' }, call)
  await grantShare(store, { recipient: 'reader', share: 'bench' }, call)
  return (await redeemActivation(store, { code: activationCode }, call)).bearerToken
}
