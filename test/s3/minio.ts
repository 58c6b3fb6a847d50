import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    s3: { endpoint: string; accessKeyId: string; secretAccessKey: string }
  }
}

let buckets = 0

/** The standard AWS environment that leads to the server under test. */
function s3Environment(): Record<string, string> {
  const { endpoint, accessKeyId, secretAccessKey } = inject('s3')
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
  }
}

/** A fresh bucket: its location, and the environment set so that this process finds it. */
export async function openBucket(): Promise<`s3://${string}`> {
  Object.assign(process.env, s3Environment())
  const { endpoint, accessKeyId, secretAccessKey } = inject('s3')
  const client = new S3Client({
    endpoint,
    credentials: { accessKeyId, secretAccessKey },
    region: 'us-east-1',
    forcePathStyle: true,
  })
  const bucket = `test-${process.pid}-${Date.now().toString(36)}-${++buckets}`
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
  } finally {
    client.destroy()
  }
  return `s3://${bucket}`
}
