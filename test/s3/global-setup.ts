import type { TestProject } from 'vitest/node'
import { findServer, type S3Server } from './server.ts'

const MISSING =
  'no S3 server to test against: set DELTAQUILL_TEST_S3 to the endpoint of a MinIO, start a Docker daemon, or put a minio binary on the PATH'

let server: S3Server | undefined

/** Finds a real S3 server for all test files. Without one nothing would be tested: never quiet. */
export async function setup(project: TestProject): Promise<void> {
  server = await findServer()
  if (server === undefined) {
    if (process.env.CI) throw new Error(MISSING)
    console.error(`\n${'!'.repeat(80)}\n${MISSING}\n${'!'.repeat(80)}\n`)
    process.exit(0)
  }
  const { endpoint, accessKeyId, secretAccessKey, found } = server
  console.error(`testing against S3 at ${endpoint} (${found})`)
  project.provide('s3', { endpoint, accessKeyId, secretAccessKey })
}

export async function teardown(): Promise<void> {
  await server?.stop()
}
