import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../src/cli/run.ts'
import { systemRuntime } from '../src/runtime.ts'
import { blocks, exampleDirectory, printedBy, wordsOf } from './examples.ts'

/*
 * The README's examples in the order in which they stand, in one directory, as a reader would try them. The tests follow
 * one another: a later example reads what an earlier one wrote.
 */
const repository = resolve(import.meta.dirname, '..')
const [tenLines, withSchema, sharing, reading, ...moreScripts] = blocks('README.md', 'ts')
const [sharingByCommand, activating, loading, connecting, ...moreCommands] = blocks('README.md', 'sh')

let home = ''
let port = 0
let activationLink = ''
let leave = (): void => {}

beforeAll(async () => {
  const directory = exampleDirectory()
  home = directory.path
  leave = directory.leave
  port = await freePort()
  for (const name of ['weather.csv', 'more-weather.csv']) {
    copyFileSync(join(repository, 'node_modules/vega-datasets/data/seattle-weather.csv'), join(home, name))
  }
})
afterAll(() => leave())

test('every example is tried here', () => {
  expect([tenLines, withSchema, sharing, reading, sharingByCommand, activating, loading, connecting]).not.toContain(
    undefined,
  )
  expect([...moreScripts, ...moreCommands]).toEqual([])
})

test('a table in ten lines prints the cheap product', async () => {
  expect(lines(tenLines)).toBeLessThanOrEqual(10)
  expect(await printed('ten-lines', tenLines)).toEqual([{ id: 2, name: 'Löffel' }])
})

test('a batch that is sent twice is there once', async () => {
  expect(await printed('with-schema', withSchema)).toEqual([true])
})

test('a share is served, and its recipient gets a link', async () => {
  const [link] = await printed('sharing', sharing)
  expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/activate/`))
  activationLink = String(link)
})

test('the link gives a profile file, once', async () => {
  expect(await commands(activating)).toMatchObject([{ code: 0 }])
  expect(JSON.parse(readFileSync('anna.share', 'utf8'))).toMatchObject({ shareCredentialsVersion: 1 })
  const [again] = await commands(activating?.replace('anna.share', 'again.share'))
  expect(again?.code).not.toBe(0)
})

test('the recipient reads the German products', async () => {
  const rows = await printed('reading', reading)
  expect(rows).toMatchObject([
    { id: 1, name: 'Lampe', price: 24.9, country: 'DE' },
    { id: 3, name: 'Tasse', price: null, country: 'DE' },
  ])
})

test('the same is shared from the command line', async () => {
  const elsewhere = sharingByCommand?.replaceAll('./shop/sharing', './shop/sharing-by-command')
  const results = await commands(elsewhere?.replace('--port 8080', '--port 0'))
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
})

test('files are loaded and read back', async () => {
  const [written, appended, read, info] = await commands(loading)
  expect([written?.code, appended?.code, read?.code, info?.code]).toEqual([0, 0, 0, 0])
  const rows = read?.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(rows).toHaveLength(3)
  expect(rows).toEqual(Array(3).fill(expect.objectContaining({ weather: 'snow' })))
})

test('a run of a workflow is published', async () => {
  writeFileSync('run.json', blocks('docs/connector.md', 'json').join(''))
  writeFileSync('rows.jsonl', blocks('docs/connector.md', 'jsonl').join(''))
  const results = await commands(connecting)
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(results[2]?.stdout).toContain('2 rows in WF_LAPTOPS__V1')
})

function lines(block = ''): number {
  return block.trim().split('\n').length
}

/** Runs an example against the test's own port, and gives the first thing of each line that it printed. */
async function printed(name: string, code = ''): Promise<unknown[]> {
  const lines = await printedBy(home, name, code.replaceAll('8080', String(port)))
  return lines.map(([value]) => value)
}

/** Runs the command lines of an example. A server is stopped once it has said that it answers. */
async function commands(block = ''): Promise<{ code: number; stdout: string; stderr: string }[]> {
  const results: { code: number; stdout: string; stderr: string }[] = []
  for (const line of block.replace('<activation link>', activationLink).trim().split('\n')) {
    const argv = wordsOf(line)
    expect(argv.shift()).toBe('deltaquill')
    results.push(await command(argv))
  }
  return results
}

async function command(argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, stop] = [new PassThrough(), new PassThrough(), new AbortController()]
  if (argv[0] === 'serve') stdout.once('data', () => stop.abort())
  const printed = Promise.all([text(stdout), text(stderr)])
  const surroundings = { stdout, stderr, stdin: Readable.from([]), env: {}, runtime: systemRuntime, cwd: home }
  const code = await run(argv, { ...surroundings, signal: stop.signal })
  stdout.end()
  stderr.end()
  const [out, errors] = await printed
  return { code, stdout: out, stderr: errors }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}
