import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openProfile } from '../../src/client/index.ts'
import { type DeltaErrorCode, type Row, systemRuntime } from '../../src/index.ts'
import { addTable, createRecipient, createShare, grantShare, redeemActivation } from '../../src/manifest/index.ts'
import { serve } from '../../src/server/node.ts'
import { openStore } from '../../src/store/index.ts'
import { formatProfile, type Profile } from '../../src/wire/index.ts'
import { python } from './python.ts'

/** Tables that Spark wrote, shared by our server and read by the official Python client and by ours. */
const GOLDEN = resolve(import.meta.dirname, '../../../shared/golden')

const present = existsSync(GOLDEN)
if (!present) console.warn(`GOLDEN TABLES ARE ABSENT: ${GOLDEN} is not there, so no shares of them are compared here`)

const names = present ? readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'delta/_delta_log'))) : []

const found = z.record(z.string(), z.union([z.string(), z.array(z.record(z.string(), z.unknown()))]))

describe.each(['parquet', 'delta'] as const)('golden tables in responseformat=%s', (format) => {
  let folder = ''
  let server: Awaited<ReturnType<typeof serve>>
  let profile: Profile
  let theirs: z.infer<typeof found> = {}

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'deltaquill-golden-'))
    const root = await openStore(join(folder, 'root'))
    server = await serve({ store: root, openTable: openStore, host: '127.0.0.1', port: 0 })
    await createShare(root, { name: 'golden' })
    for (const name of names) {
      const location = join(GOLDEN, name, 'delta')
      await addTable(root, { share: 'golden', schema: 'spark', name, location, history: true })
    }
    const { activationCode } = await createRecipient(root, { name: 'anna', endpoint: server.url })
    await grantShare(root, { recipient: 'anna', share: 'golden' })
    profile = await redeemActivation(root, { code: activationCode })
    const file = join(folder, 'anna.share')
    writeFileSync(file, formatProfile(profile))
    const tables = names.map((name) => `golden.spark.${name}`)
    theirs = found.parse(await python('shares', 'loadEach', { profile: file, format, tables }))
  })
  afterAll(async () => {
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(names)('%s has the rows that the official client finds', async (name) => {
    const expected = theirs[`golden.spark.${name}`]
    const refusal = refusals(format)[name]
    if (refusal === undefined) {
      expect(typeof expected === 'string' ? expected : inOrder(expected ?? [])).toEqual(inOrder(await rowsOf(name)))
    } else {
      await expect(rowsOf(name)).rejects.toMatchObject({ code: refusal })
      expect(expected).toBeTypeOf('string')
    }
  })

  async function rowsOf(name: string): Promise<Row[]> {
    // Our client takes what the server prefers; here it is to have the format that is compared.
    const fetch: typeof globalThis.fetch = (input, init) => {
      const headers = new Headers(init?.headers)
      const asked = headers.get('delta-sharing-capabilities')?.replace('delta,parquet', format)
      if (asked !== undefined) headers.set('delta-sharing-capabilities', asked)
      return globalThis.fetch(input, { ...init, headers })
    }
    const runtime = { ...systemRuntime, sleep: async () => {} }
    const rows: Row[] = []
    for await (const row of openProfile(profile, { fetch, runtime }).table(`golden.spark.${name}`).read())
      rows.push(row)
    return rows
  }

  function inOrder(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
    return rows.map((row) => JSON.stringify(comparable(row, format))).sort()
  }
})

/** What neither client can read, and how ours says so. */
function refusals(format: 'parquet' | 'delta'): Readonly<Record<string, DeltaErrorCode>> {
  const broken = {
    // Their data files are made up.
    checkpoint: 'invalid-data',
    'delete-re-add-same-file-different-transactions': 'invalid-data',
    'deltalog-invalid-protocol-version': 'unsupported',
    // Their logs are damaged: the server answers 500.
    'deltalog-state-reconstruction-from-checkpoint-missing-protocol': 'unavailable',
    'deltalog-state-reconstruction-without-metadata': 'unavailable',
    'versions-not-contiguous': 'unavailable',
  } as const
  if (format === 'delta') return broken
  return {
    ...broken,
    // What this format has no words for.
    'data-reader-timestamp_ntz': 'unsupported',
    'data-reader-timestamp_ntz-name-mode': 'unsupported',
    'data-skipping-basic-stats-all-types-columnmapping-name': 'unsupported',
    'dv-with-columnmapping': 'unsupported',
    'parquet-all-types': 'unsupported',
    'table-with-columnmapping-mode-name': 'unsupported',
  }
}

/** Rows of either client in one form: the one that `frames.py` describes, columns by name. */
function comparable(value: unknown, format: 'parquet' | 'delta'): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Map) return [...value].map(([key, each]) => comparable({ key, value: each }, format))
  if (Array.isArray(value)) return value.map((each) => comparable(each, format))
  if (typeof value === 'bigint') return Number(value)
  // Their frames have no zone in columns of INT96 and in partitions when they are read from this format; the instants are UTC.
  if (typeof value === 'string' && format === 'parquet') return value.replace(/(T\d\d:\d\d:\d\d\.\d{6})Z$/, '$1')
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, comparable(each, format)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
