import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { openBucket } from '../s3/minio.ts'

/** What delta-rs and Polars are told about a store, in the words of the standard environment; empty for a directory. */
export type Storage = Readonly<Record<string, string>>

/** Where a test keeps its tables. */
export interface Place {
  /** A location string under which others can be made: `${location}/name`. */
  readonly location: string
  readonly storage: Storage
  close(): void
}

const server: { endpoint: string; accessKeyId: string; secretAccessKey: string } | undefined = inject('s3')
if (server === undefined) {
  console.error('no S3 server: the peers are NOT asked to read from one in this run (CONTRIBUTING.md, "MinIO")')
}

/** The places of this run. In CI there is always a MinIO. */
export const places: Readonly<Record<string, () => Promise<Place>>> = {
  'a directory': openDirectory,
  ...(server && { MinIO: openMinio }),
}

async function openDirectory(): Promise<Place> {
  const location = mkdtempSync(join(tmpdir(), 'deltaquill-interop-'))
  return { location, storage: {}, close: () => rmSync(location, { recursive: true, force: true }) }
}

async function openMinio(): Promise<Place> {
  const { endpoint, accessKeyId, secretAccessKey } = inject('s3')
  const storage = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ALLOW_HTTP: 'true',
  }
  return { location: await openBucket(), storage, close() {} }
}
