import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { findServer, type S3Server } from '../s3/server.ts'
import { describePeers } from './machine.ts'
import { formatCount, formatTable } from './print.ts'
import { productLines } from './product-rows.ts'
import { median } from './sample.ts'

const run = promisify(execFile)
const HERE = import.meta.dirname
/** The sources beside the compiled bench: where the Python candidate lies. */
const SOURCE = join(HERE, '../../../../test/bench')
const PYTHON = process.env.DELTAQUILL_TEST_PYTHON ?? '.cache/interop-venv/bin/python'

interface Candidate {
  readonly name: string
  readonly command: readonly string[]
}

/**
 * Rows per second from rows in memory to a committed table: each candidate in a fresh process, in turn, several times.
 * Loading the rows from their file is not counted; making the table is.
 */
export async function* benchAppend([count = 250_000, runs = 5]: number[]): AsyncGenerator<string> {
  yield describePeers(['parquetjs-lite'])
  const directory = await mkdtemp(join(tmpdir(), 'deltaquill-bench-'))
  const server = await findServer()
  try {
    const rows = join(directory, 'rows.jsonl')
    await writeLines(rows, productLines(count))
    for (const place of await places(directory, server)) yield benchPlace(place, rows, count, runs)
    if (server === undefined) console.error('no MinIO was found: see CONTRIBUTING.md, "S3"')
  } finally {
    await server?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

interface Place {
  readonly name: string
  readonly root: string
  readonly env: Record<string, string>
}

async function places(directory: string, server: S3Server | undefined): Promise<Place[]> {
  const local = { name: 'local disk', root: directory, env: {} }
  if (server === undefined) return [local]
  const { endpoint, accessKeyId, secretAccessKey } = server
  const credentials = { accessKeyId, secretAccessKey }
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  const bucket = `bench-${process.pid}`
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  const env = {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_ALLOW_HTTP: 'true',
  }
  return [local, { name: 'MinIO', root: `s3://${bucket}`, env }]
}

function candidates(): Candidate[] {
  const node = (name: string): Candidate => ({ name, command: [process.execPath, join(HERE, 'candidate.js'), name] })
  const all = [node('deltaquill'), node('parquetjs-lite')]
  if (!existsSync(PYTHON)) {
    console.error(`no ${PYTHON}: delta-rs is left out; run npm run test:interop once, or set DELTAQUILL_TEST_PYTHON`)
    return all
  }
  return [...all, { name: 'delta-rs', command: [PYTHON, join(SOURCE, 'delta_rs.py')] }]
}

async function benchPlace(place: Place, rows: string, count: number, runs: number): Promise<string> {
  const all = candidates()
  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]))
  // One round more than is counted: the first warms the file cache.
  for (let round = 0; round <= runs; round++) {
    for (const { name, command } of all) {
      const location = `${place.root}/${name}-${round}`
      const [file = '', ...args] = command
      const { stdout } = await run(file, [...args, location, rows], { env: { ...process.env, ...place.env } })
      if (round > 0) times.get(name)?.push(Number(stdout))
    }
  }
  const medians = new Map(all.map(({ name }) => [name, median(times.get(name) ?? [])]))
  const ours = medians.get('deltaquill') ?? Number.NaN
  return formatTable(
    `Rows to a committed table: ${formatCount(count)} product rows, ${place.name}`,
    ['candidate', 'median ms', 'rows/s', 'deltaquill is … × as fast'],
    [...medians].map(([name, ms]) => [name, formatCount(ms), formatCount((count / ms) * 1000), (ms / ours).toFixed(2)]),
  )
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path)
  for (const line of lines) if (!file.write(`${line}\n`)) await once(file, 'drain')
  file.end()
  await finished(file)
}
