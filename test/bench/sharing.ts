import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ChildServer, startChild } from './child.ts'
import { formatCount, formatTable } from './print.ts'
import { withDirectory } from './scratch.ts'
import { type LoadResult, load } from './sharing-load.ts'
import { type SharingWorld, tableName, withSharedTables } from './sharing-world.ts'

const SIZES = [1_000, 10_000, 100_000]

/** How much longer than it is measured a server is asked before. */
const WARM_UP = 2

/** What recipients ask for. */
interface Question {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  /** At the same time: an answer of megabytes fills a connection by itself. */
  readonly connections: number
  /** Milliseconds for which the server believes the newest version; 0 where it is not said. */
  readonly freshness?: number
}

const QUESTIONS: readonly Question[] = [
  { name: '/version', method: 'GET', path: 'version', connections: 16 },
  { name: '/version, freshness 1 s', method: 'GET', path: 'version', connections: 16, freshness: 1000 },
  { name: '/metadata', method: 'GET', path: 'metadata', connections: 16 },
  { name: '/metadata, freshness 1 s', method: 'GET', path: 'metadata', connections: 16, freshness: 1000 },
  { name: '/query', method: 'POST', path: 'query', body: {}, connections: 2 },
  {
    name: '/query, one of 40 partitions',
    method: 'POST',
    path: 'query',
    body: { predicateHints: ["category = 'category 07'"] },
    connections: 4,
  },
  { name: '/query, limit 10', method: 'POST', path: 'query', body: { limitHint: 10 }, connections: 16 },
]

/**
 * What a server that shares tables of 1,000, 10,000 and 100,000 files takes for the questions of a recipient, beside a bare
 * server of Node that sends the very same bytes from memory. Cold is the first question to a fresh process, warm are those
 * after it.
 */
export async function* benchSharing([milliseconds = 2_000, ...sizes]: number[]): AsyncGenerator<string> {
  const files = sizes.length > 0 ? sizes : SIZES
  const texts = await withSharedTables(files, (world) =>
    withDirectory(async (directory) => {
      const tables: string[] = [`Store: S3, ${withoutPath(world.found)}.\n`]
      for (const count of files) {
        const title = `Sharing a table of ${formatCount(count)} files`
        const lines: string[][] = []
        for (const question of QUESTIONS) lines.push(await lineOf(world, directory, { count, question, milliseconds }))
        tables.push(formatTable(title, HEAD, lines))
        console.error(tables.at(-1))
      }
      return tables
    }),
  )
  yield* texts
}

const HEAD = [
  'question',
  'bytes',
  'connections',
  'warm p50 ms',
  'p95 ms',
  'first byte ms, alone',
  'answers/s',
  'limit answers/s',
  '× limit',
  'by CPU',
  'cold ms',
  'cold × limit',
  'peak MB',
]

interface Round {
  readonly count: number
  readonly question: Question
  readonly milliseconds: number
}

async function lineOf(world: SharingWorld, directory: string, round: Round): Promise<string[]> {
  const { count, question, milliseconds } = round
  const { connections } = question
  const [server, limit] = [
    await startChild('sharing-server.js', [world.root, String(question.freshness ?? 0)]),
    await startChild('sharing-limit.js', [directory]),
  ]
  try {
    const asked = { ...question, port: server.port, path: pathOf(count, question.path), token: world.token }
    const cold = await load({ port: server.port, request: textOf(asked), connections: 1, milliseconds: 0 })
    const name = `${count}-${QUESTIONS.indexOf(question)}`
    await writeFile(join(directory, name), await bodyOf(asked))
    const bare = { ...asked, port: limit.port, path: `/${name}` }
    const measure = async (of: Asked, child: ChildServer, connections: number): Promise<Measured> => {
      const options = { port: of.port, request: textOf(of), connections }
      // The engine compiles what ran some ten thousand times: both are measured when that is done.
      await load({ ...options, milliseconds: milliseconds * WARM_UP })
      const before = await child.cpuMs()
      const result = await load({ ...options, milliseconds })
      return { ...result, cpuMs: ((await child.cpuMs()) - before) / result.answers }
    }
    const [warm, best] = [await measure(asked, server, connections), await measure(bare, limit, connections)]
    const [alone, bestAlone] = [await measure(asked, server, 1), await measure(bare, limit, 1)]
    return [
      question.name,
      formatCount(warm.bytes),
      String(connections),
      formatMs(warm.p50),
      formatMs(warm.p95),
      formatMs(alone.firstByte),
      formatCount(warm.perSecond),
      formatCount(best.perSecond),
      (warm.perSecond / best.perSecond).toFixed(2),
      (best.cpuMs / warm.cpuMs).toFixed(2),
      formatMs(cold.p50),
      (bestAlone.p50 / cold.p50).toFixed(4),
      formatCount(await server.peakMb()),
    ]
  } finally {
    await limit.stop()
    await server.stop()
  }
}

interface Measured extends LoadResult {
  /** Of the server, for one answer. */
  readonly cpuMs: number
}

function formatMs(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 0)
}

interface Asked extends Pick<Question, 'method' | 'path' | 'body'> {
  readonly port: number
  readonly token: string
}

/** The request for all files of a table, as it goes over the socket. */
export function queryText({ token }: SharingWorld, files: number, port: number): string {
  return textOf({ method: 'POST', path: pathOf(files, 'query'), body: {}, port, token })
}

function pathOf(files: number, path: string): string {
  return `/delta-sharing/shares/bench/schemas/shop/tables/${tableName(files)}/${path}`
}

function textOf({ method, path, body, port, token }: Asked): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const about = body === undefined ? '' : `content-type: application/json\r\ncontent-length: ${text.length}\r\n`
  return `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n${about}\r\n${text}`
}

async function bodyOf({ method, path, body, port, token }: Asked): Promise<Uint8Array> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'identity', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return new Uint8Array(await response.arrayBuffer())
}

/** Where things lie on the machine is nobody's business. */
function withoutPath(found: string): string {
  return found.replace(/\S*\//, '')
}
