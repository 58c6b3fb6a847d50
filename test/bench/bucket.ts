import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { systemRuntime } from '../../src/runtime.ts'
import { findServer } from '../s3/server.ts'

/** An empty bucket in a real S3 server. */
export interface Bucket {
  readonly root: string
  /** What the store is, for the reader. */
  readonly found: string
}

/** Makes a bucket that this process and its children reach by its URL; a server that was started for it ends with `run`. */
export async function withBucket<T>(run: (bucket: Bucket) => Promise<T>): Promise<T> {
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
    // The processes under test find the bucket as anybody's would.
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: 'us-east-1',
    })
    return await run({ root: `s3://${bucket}`, found })
  } finally {
    await server.stop()
  }
}
