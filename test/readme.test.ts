import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '../src/cli/run.ts'
import { systemRuntime } from '../src/runtime.ts'

/*
 * The README's examples in the order in which they stand, in one directory, as a reader would try them. The tests follow
 * one another: a later example reads what an earlier one wrote.
 */
const repository = resolve(import.meta.dirname, '..')
const [tenLines, withSchema, sharing, reading, ...moreScripts] = blocks('ts')
const [sharingByCommand, activating, loading, ...moreCommands] = blocks('sh')

let home = ''
let port = 0
let activationLink = ''
const before = process.cwd()

beforeAll(async () => {
  mkdirSync(join(repository, '.cache'), { recursive: true })
  // Inside the repository, so that packages resolve.
  home = mkdtempSync(join(repository, '.cache/readme-'))
  process.chdir(home)
  port = await freePort()
  for (const name of ['weather.csv', 'more-weather.csv']) {
    copyFileSync(join(repository, 'node_modules/vega-datasets/data/seattle-weather.csv'), join(home, name))
  }
})
afterAll(() => {
  process.chdir(before)
  rmSync(home, { recursive: true, force: true })
})

test('every example is tried here', () => {
  expect([tenLines, withSchema, sharing, reading, sharingByCommand, activating, loading]).not.toContain(undefined)
  expect([...moreScripts, ...moreCommands]).toEqual([])
})

test('a table in ten lines prints the cheap product', async () => {
  expect(lines(tenLines)).toBeLessThanOrEqual(10)
  expect(await printedBy('ten-lines', tenLines)).toEqual([{ id: 2, name: 'Löffel' }])
})

test('a batch that is sent twice is there once', async () => {
  expect(await printedBy('with-schema', withSchema)).toEqual([true])
})

test('a share is served, and its recipient gets a link', async () => {
  const [link] = await printedBy('sharing', sharing)
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
  const rows = await printedBy('reading', reading)
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

/** The fenced blocks of a language, in order. */
function blocks(language: string): string[] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code)
}

function lines(block = ''): number {
  return block.trim().split('\n').length
}

/** Runs an example as a module of its own, and gives what it printed. */
async function printedBy(name: string, code = ''): Promise<unknown[]> {
  const file = join(home, `${name}.ts`)
  writeFileSync(file, code.replaceAll('8080', String(port)))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    await import(file)
    return log.mock.calls.map(([value]: unknown[]) => value)
  } finally {
    log.mockRestore()
  }
}

/** Runs the command lines of an example. A server is stopped once it has said that it answers. */
async function commands(block = ''): Promise<{ code: number; stdout: string; stderr: string }[]> {
  const results: { code: number; stdout: string; stderr: string }[] = []
  for (const line of block.replace('<activation link>', activationLink).trim().split('\n')) {
    const argv = [...line.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word)
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
