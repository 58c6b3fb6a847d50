import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const repository = resolve(import.meta.dirname, '../..')
const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })])
const given = z.record(z.string(), z.array(z.string()))

/** An empty project of a user, in which the packed package has been installed as from a registry. */
let home = ''
let files: string[] = []

async function run(command: string, args: readonly string[], cwd = home): Promise<string> {
  const running = promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26 })
  running.child.stdin?.end()
  return (await running).stdout
}

beforeAll(async () => {
  // Far from the repository, so that nothing resolves that the package did not bring.
  home = mkdtempSync(join(tmpdir(), 'deltaquill-consumer-'))
  const [tarball] = packed.parse(
    JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', home], repository)),
  )
  files = tarball.files.map(({ path }) => path)
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true }))
  const quietly = ['--no-audit', '--no-fund', '--loglevel', 'error', '--ignore-scripts', '--prefer-offline']
  await run('npm', ['install', ...quietly, tarball.filename])
  cpSync(join(import.meta.dirname, 'consumers'), home, { recursive: true })
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('the tarball', () => {
  test('holds the build, its papers and nothing else', () => {
    const schemas = ['connector', 'event', 'run', 'shares'].map((name) => `docs/schemas/${name}.json`)
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', ...schemas, 'package.json']
    expect(files.filter((file) => !file.startsWith('dist/')).sort()).toEqual(papers)
    expect(files.filter((file) => /\.(test|bench)\.|\.map$|(?<!\.d)\.ts$/.test(file))).toEqual([])
  })

  test('brings no native code: nothing that was installed with it is a binary for one machine', () => {
    const installed = readdirSync(join(home, 'node_modules'), { recursive: true, encoding: 'utf8' })
    expect(installed.length).toBeGreaterThan(100)
    expect(installed.filter((file) => /(\.node|\.so|\.dylib|\.dll|\/binding\.gyp)$/.test(file))).toEqual([])
  })
})

// Side by side, as are the compilations below: each test waits for a process of its own.
describe.concurrent.each(['20', '22', '24'])('on Node %s', (line) => {
  let node = ''

  beforeAll(async () => {
    node = (await run(join(repository, '.ci/node'), [line], repository)).trim()
  })

  const doorsBy = async (script: string) => given.parse(JSON.parse(await run(node, [script])))

  test('every door opens by import', async () => {
    const doors = await doorsBy('doors.mjs')
    const { exports } = z
      .object({ exports: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')))
    expect(Object.keys(doors)).toEqual(Object.keys(exports).filter((door) => !door.endsWith('.json')))
    for (const names of Object.values(doors)) {
      expect(names).not.toEqual([])
      expect(names).not.toContain('default')
    }
  })

  test('every door gives the same by require as by import', async () => {
    expect(await doorsBy('doors.cjs')).toEqual(await doorsBy('doors.mjs'))
  })

  test('the schema of the document of shares is read as any JSON of a package', async () => {
    const type = await run(node, ['--print', "require('deltaquill/schemas/shares.json').type"])
    expect(type.trim()).toBe('object')
  })

  test.each(['trip.mjs', 'trip.cjs'])('%s writes a table and reads it back', async (script) => {
    const rows: unknown = JSON.parse(await run(node, [script, join(home, `table-${line}-${script}`)]))
    expect(rows).toEqual([
      { id: '9007199254740993', name: 'Zürich', price: null },
      { id: 2, name: '東京', price: 0.1 },
    ])
  })

  test('a worker compresses pages, and does not keep the process alive', async () => {
    expect(JSON.parse(await run(node, ['worker.mjs']))).toEqual([true, true])
  })

  test('the command runs as installed', async () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')))
    expect((await run(node, [join(home, 'node_modules/.bin/deltaquill'), '--version'])).trim()).toBe(version)
  })

  test('the demo goes all the way in an empty directory', async () => {
    const directory = join(home, `demo-${line}`)
    mkdirSync(directory)
    await run(node, [join(home, 'node_modules/.bin/deltaquill'), 'demo', '--once', '--port', '0'], directory)
    expect(existsSync(join(directory, 'deltaquill-demo'))).toBe(true)
  })
})

describe.concurrent('a TypeScript consumer compiles, every declaration file checked', () => {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2023', '--types', 'node']
  const typeRoots = ['--typeRoots', join(repository, 'node_modules/@types')]
  // With the README's examples: what it shows, it shows in types that hold.
  const examples = [...readFileSync(join(repository, 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)]
  const sources = ['consumer.mts', ...examples.map((_, index) => `readme-${index}.mts`)]

  beforeAll(() => {
    for (const [index, [, code = '']] of examples.entries()) writeFileSync(join(home, `readme-${index}.mts`), code)
  })

  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['preserve', 'bundler'],
  ])('as module %s with resolution %s', async (module, moduleResolution) => {
    const how = ['--module', module, '--moduleResolution', moduleResolution]
    expect(sources.length).toBeGreaterThan(1)
    expect(await run(process.execPath, [tsc, ...strict, ...typeRoots, ...how, ...sources])).toBe('')
  })
})
