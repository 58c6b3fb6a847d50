import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { findServer, type S3Server } from '../s3/server.ts'
import { type SparkDriver, startSpark } from './spark/driver.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Python interpreter that has every package of requirements.txt and Spark the jars of jars.txt. */
    python: string
    /** Where the Spark session takes calls. */
    spark: string
  }
}

let server: S3Server | undefined
let spark: SparkDriver | undefined

/**
 * Makes the peers ready once for all tests. A missing Python peer is a failure; so is, in CI, a missing MinIO, without
 * which the tests on S3 cannot run.
 */
export async function setup(project: TestProject): Promise<void> {
  const python = preparedPython()
  project.provide('python', python)
  spark = await startSpark(python)
  project.provide('spark', spark.url)
  server = await findServer()
  if (server !== undefined) {
    const { endpoint, accessKeyId, secretAccessKey } = server
    project.provide('s3', { endpoint, accessKeyId, secretAccessKey })
  } else if (process.env.CI) {
    throw new Error(
      'no S3 server: the peers would not be asked to read from one; CONTRIBUTING.md says how to get a MinIO',
    )
  }
}

export async function teardown(): Promise<void> {
  await spark?.stop()
  await server?.stop()
}

function preparedPython(): string {
  const setup = join(import.meta.dirname, 'setup')
  const python = execFileSync(setup, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  execFileSync(python, [join(import.meta.dirname, 'versions.py')], { stdio: ['ignore', 'inherit', 'inherit'] })
  return python
}
