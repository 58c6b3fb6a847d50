import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openProfile } from '../../src/client/index.ts'
import { type Row, simulatedRuntime, systemRuntime } from '../../src/index.ts'
import { encodeParquet } from '../../src/parquet/index.ts'

const HOUR = 3_600_000
const ENDPOINT = 'https://share.example.com'
const SCHEMA = '{"type":"struct","fields":[{"name":"n","type":"long","nullable":true,"metadata":{}}]}'
const headOf = (id: string) => [
  { protocol: { minReaderVersion: 1 } },
  { metaData: { id, format: { provider: 'parquet' }, schemaString: SCHEMA, partitionColumns: [] } },
]

interface StoreOptions {
  readonly files?: number
  /** How long a URL lives, in milliseconds. */
  readonly lifetime?: number
  readonly tellsExpiry?: boolean
  readonly givesRefreshToken?: boolean
  /** Refuses to name a version. */
  readonly hasNoHistory?: boolean
  /** Milliseconds that whoever reads takes for a row. */
  readonly pace?: number
  /** The version that is served, by how many queries came before. */
  readonly versionAt?: (query: number) => number
  /** The table's id, by how many queries came before. */
  readonly idAt?: (query: number) => string
  /** Breaks answers off behind so many files, by how many queries came before. */
  readonly breaksAt?: (query: number) => number | undefined
  readonly filesPerPage?: number
}

/** A sharing server and its store, whose URLs end, on a clock that every row moves. */
async function world(options: StoreOptions = {}) {
  const {
    files = 12,
    lifetime = HOUR,
    tellsExpiry = false,
    pace = HOUR / 2,
    versionAt = () => 7,
    idAt = () => 'm',
  } = options
  const simulated = simulatedRuntime()
  let passed = 0
  const runtime = { ...simulated, now: () => simulated.now() + passed }
  const bytes = await Promise.all(
    Array.from({ length: files }, (_, n) => encodeParquet([{ n }], { schema: JSON.parse(SCHEMA) })),
  )
  const queries: Record<string, unknown>[] = []
  const reads: string[] = []

  function answerQuery(body: Record<string, unknown>): Response {
    const version = versionAt(queries.length)
    const broken = options.breaksAt?.(queries.length)
    const head = headOf(idAt(queries.length))
    queries.push(body)
    if (options.hasNoHistory && body.version !== undefined) {
      return Response.json({ errorCode: 'INVALID_PARAMETER_VALUE', message: 'no history' }, { status: 400 })
    }
    const suffix = body.version === undefined ? '' : ` of ${body.version}`
    const pageToken = String(body.pageToken ?? `0${suffix}`)
    if (pageToken.replace(/^\d+/, '') !== suffix) {
      return Response.json({ errorCode: 'INVALID_PARAMETER_VALUE', message: 'of another query' }, { status: 400 })
    }
    const first = Number.parseInt(pageToken, 10)
    const last = Math.min(files, first + (options.filesPerPage ?? files))
    const until = runtime.now() + lifetime
    const lines = Array.from({ length: last - first }, (_, index) => {
      const id = `f${first + index}`
      const size = bytes[first + index]?.length
      const url = `https://bucket/${first + index}?until=${until}`
      return { file: { url, id, partitionValues: {}, size, ...(tellsExpiry ? { expirationTimestamp: until } : {}) } }
    })
    const end = {
      ...(last < files ? { nextPageToken: `${last}${suffix}` } : {}),
      ...(options.givesRefreshToken ? { refreshToken: 'again' } : {}),
    }
    const whole = [...head, ...lines, { endStreamAction: end }].map((line) => `${JSON.stringify(line)}\n`)
    const sent = broken === undefined ? whole : whole.slice(0, head.length + broken)
    const headers = {
      'delta-table-version': String(version),
      'delta-sharing-capabilities': 'responseformat=parquet;includeendstreamaction=true',
    }
    return new Response(sent.join(''), { headers })
  }

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    if (url.origin === ENDPOINT) return answerQuery(z.record(z.string(), z.unknown()).parse(await request.json()))
    reads.push(url.pathname.slice(1))
    const isLive = Number(url.searchParams.get('until')) > runtime.now()
    if (!isLive) return new Response('<Error>Request has expired</Error>', { status: 403 })
    return new Response(bytes[Number(url.pathname.slice(1))])
  }
  const table = openProfile({ endpoint: ENDPOINT, bearerToken: 'secret' }, { fetch, runtime }).table('s.c.t')
  const rows = async (readOptions: { limit?: number; version?: number } = {}): Promise<Row[]> => {
    const found: Row[] = []
    for await (const row of table.read(readOptions)) {
      found.push(row)
      // What is fetched ahead comes to its end before the clock goes on.
      await systemRuntime.sleep(5)
      passed += pace
    }
    return found
  }
  return { rows, queries, reads, all: Array.from({ length: files }, (_, n) => ({ n })) }
}

describe('a URL that ends while a table is read', () => {
  test.each([
    ['and the store says so', {}],
    ['and the server said when', { tellsExpiry: true }],
  ])('is had anew, from the same version, %s', async (_, options) => {
    const { rows, queries, all } = await world(options)
    expect(await rows()).toEqual(all)
    expect(queries[0]).toEqual({ includeRefreshToken: true })
    expect(queries.length).toBeGreaterThan(1)
    for (const query of queries.slice(1)) expect(query).toEqual({ version: 7 })
  })

  test('is had anew by the refresh token, where the server gave one', async () => {
    const { rows, queries, all } = await world({ givesRefreshToken: true, files: 5, pace: HOUR })
    expect(await rows()).toEqual(all)
    expect(queries.slice(1)).toContainEqual({ refreshToken: 'again', includeRefreshToken: true })
  })

  test('is had anew where no version may be named, as long as the table has not moved on', async () => {
    const { rows, queries, all } = await world({ hasNoHistory: true })
    expect(await rows()).toEqual(all)
    expect(queries.slice(1, 3)).toEqual([{ version: 7 }, { includeRefreshToken: true }])
    const moving = await world({ hasNoHistory: true, versionAt: (query) => 7 + query })
    await expect(moving.rows()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/from version 7 to \d+ and its history is not shared/),
    })
  })

  test('is had anew page by page, each from its own', async () => {
    const { rows, queries, all } = await world({ filesPerPage: 6 })
    expect(await rows()).toEqual(all)
    expect(queries.filter(({ pageToken }) => pageToken === '6').length).toBeGreaterThan(1)
  })

  test('is asked for once: a store that refuses fresh URLs is believed', async () => {
    const { rows, queries, reads } = await world({ lifetime: 0 })
    await expect(rows({ limit: 1 })).rejects.toMatchObject({ code: 'permission-denied' })
    expect(reads).toEqual(['0', '0'])
    expect(queries).toHaveLength(2)
  })

  test('of many files is had anew with one query for all of them', async () => {
    const { rows, queries, all } = await world({ files: 40, pace: HOUR / 10 })
    expect(await rows()).toEqual(all)
    expect(queries.length).toBeLessThan(8)
  })
})

describe('an answer that breaks off', () => {
  test('is asked for again, and goes on behind the files that were read', async () => {
    const { rows, queries, reads, all } = await world({
      pace: 0,
      breaksAt: (query) => (query < 3 ? 4 * query : undefined),
    })
    expect(await rows()).toEqual(all)
    expect(queries).toHaveLength(4)
    expect(reads).toHaveLength(all.length)
  })

  test('in pages goes on with the pages of the answer that took its place', async () => {
    const { rows, queries, all } = await world({
      pace: 0,
      filesPerPage: 5,
      breaksAt: (query) => [3, undefined, 2][query],
    })
    expect(await rows()).toEqual(all)
    expect(queries.slice(1)).toEqual([
      { version: 7 },
      { version: 7, pageToken: '5 of 7' },
      { version: 7, pageToken: '5 of 7' },
      { version: 7, pageToken: '10 of 7' },
    ])
  })

  test.each([
    ['again', { breaksAt: (query: number) => (query === 0 ? 3 : undefined) }, 'unavailable', /another table/],
    ['page by page', { filesPerPage: 5 }, 'invalid-data', /several tables/],
  ])('is not made whole, %s, with files of another table of the same version', async (_, how, code, message) => {
    const { rows } = await world({ pace: 0, idAt: (query) => (query === 0 ? 'm' : 'another'), ...how })
    await expect(rows()).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('time and again is given up', async () => {
    const { rows, queries } = await world({ pace: 0, breaksAt: () => 2 })
    await expect(rows()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('ended early') })
    expect(queries).toHaveLength(6)
  })
})
