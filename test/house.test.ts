import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

const repository = resolve(import.meta.dirname, '..')

/** The part of dependency-cruiser's JSON report that is looked at here. */
const report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
})

/** The source files that a cruise over `directory` saw, and the faults it named, as `file: rule`. */
function cruise(directory: string): { seen: string[]; named: string[] } {
  const cli = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const config = join(repository, '.dependency-cruiser.js')
  const { stdout, stderr } = spawnSync(process.execPath, [cli, '--config', config, '--output-type', 'json', 'src'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (stdout === '') throw new Error(`dependency-cruiser reported nothing: ${stderr}`)
  const { modules, summary } = report.parse(JSON.parse(stdout))
  return {
    seen: modules.map(({ source }) => source).filter((source) => source.startsWith('src/')),
    named: summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`),
  }
}

describe('the plan of the house', () => {
  test('the cruise saw the house, and every import in it runs as planned', () => {
    const { seen, named } = cruise(repository)
    // With a TypeScript that dependency-cruiser cannot drive it sees no module at all, and finds no fault.
    expect(seen.length).toBeGreaterThan(30)
    expect(seen).toEqual(expect.arrayContaining(sources()))
    expect(named).toEqual([])
  })

  describe('a fault that is planted in a small copy is named', () => {
    /** File, its text, and the rule that it breaks. */
    const plants: readonly (readonly [file: string, text: string, rule: string])[] = [
      ['src/schema/index.ts', `import { a } from '../store/index.ts'\nexport const b = a`, 'schema-imports-down'],
      ['src/schema/errand.ts', `export { a } from '../index.ts'`, 'front-door-for-guests'],
      ['src/wire/sibling.ts', `export { a } from '../manifest/index.ts'`, 'wire-imports-down'],
      ['src/wire/typed.ts', `import type { A } from '../server/index.ts'\nexport type B = A`, 'wire-imports-down'],
      ['src/table/window.ts', `export { a } from '../store/memory.ts'`, 'store-by-its-door'],
      ['src/table/door.ts', `export { a } from '../store/local.ts'`, 'store-local-by-invitation'],
      ['src/log/adapter.ts', `export { a } from '../store/index.ts'`, 'log-knows-the-port-only'],
      ['src/client/command.ts', `export { a } from '../cli/main.ts'`, 'nobody-imports-cli'],
      ['src/parquet/read/side.ts', `export { a } from '../write/file.ts'`, 'parquet-sides-apart'],
      ['src/parquet/encoding/up.ts', `export { a } from '../write/file.ts'`, 'parquet-format-below'],
      ['src/errors.ts', `export { a } from './store/index.ts'`, 'ground-stays-on-the-ground'],
      ['src/client/file.ts', `export { readFileSync } from 'node:fs'`, 'place-of-node-modules'],
      ['src/wire/digest.ts', `export { createHash } from 'node:crypto'`, 'place-of-node-crypto'],
      ['src/log/squeeze.ts', `export { gzipSync } from 'node:zlib'`, 'place-of-node-zlib'],
      ['src/log/shape.ts', `export { z } from 'zod'`, 'place-of-zod'],
      ['src/server/logger.ts', `export { pino } from 'pino'`, 'place-of-pino'],
      ['src/table/tool.ts', `export { test } from 'vitest'`, 'no-dev-dependency-in-src'],
      ['src/table/stray.ts', `export { test } from 'vitest'`, 'packages-have-a-place'],
      ['src/table/lost.ts', `export { a } from './nowhere.ts'`, 'resolvable'],
      ['src/scan/a.ts', `import type { B } from './b.ts'\nexport type A = B | 1`, 'no-ring'],
    ]
    const soundFiles: readonly (readonly [file: string, text: string])[] = [
      ['src/index.ts', 'export const a = 1'],
      ['src/store/index.ts', `export type A = 1\nexport { a } from './memory.ts'`],
      ['src/store/memory.ts', 'export const a = 1'],
      ['src/store/local.ts', `export { readFileSync as a } from 'node:fs'`],
      ['src/manifest/index.ts', `export { z as a } from 'zod'`],
      ['src/server/index.ts', 'export type A = 1'],
      ['src/cli/main.ts', `export { a } from '../store/local.ts'`],
      ['src/scan/b.ts', `import type { A } from './a.ts'\nexport type B = A | 2`],
      ['src/parquet/write/file.ts', `export { a } from './page.ts'`],
      ['src/parquet/write/page.ts', 'export const a = 1'],
      ['src/log/port.ts', `import type { A } from '../store/index.ts'\nexport type B = A`],
      ['src/hash.ts', `export { createHash } from 'node:crypto'`],
      ['src/log/digest.ts', `export { createHash } from '#hash'`],
    ]
    let copy = ''
    let named: readonly string[] = []

    beforeAll(() => {
      // Inside the repository, so that packages resolve as they do from src/.
      mkdirSync(join(repository, '.cache'), { recursive: true })
      copy = mkdtempSync(join(repository, '.cache/house-'))
      for (const file of ['package.json', 'tsconfig.json']) copyFileSync(join(repository, file), join(copy, file))
      for (const [file, text] of [...soundFiles, ...plants]) {
        mkdirSync(join(copy, dirname(file)), { recursive: true })
        writeFileSync(join(copy, file), text)
      }
      named = cruise(copy).named
    })
    afterAll(() => rmSync(copy, { recursive: true, force: true }))

    test.each(plants.map(([file, , rule]) => ({ file, rule })))('$file: $rule', ({ file, rule }) => {
      expect(named).toContain(`${file}: ${rule}`)
    })

    test('and nothing sound is blamed', () => {
      const faulty = plants.map(([file]) => `${file}: `)
      expect(named.filter((line) => !faulty.some((file) => line.startsWith(file)))).toEqual([])
    })
  })
})

describe('time, dice and ids are handed in', () => {
  const stray = /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\brandomUUID\(|\bperformance\.now\(/
  /** The one file that may ask the machine. */
  const source = 'src/runtime.ts'

  test.each(['Date.now()', 'new Date()', 'new Date( )', 'Math.random()', 'crypto.randomUUID()'])(
    '%s is seen',
    (text) => {
      expect(text).toMatch(stray)
    },
  )

  test('a date made from a number is none of them', () => {
    expect('new Date(runtime.now())').not.toMatch(stray)
  })

  test('no source file asks the machine for them', () => {
    const files = sources().filter((file) => file !== source)
    expect(files.length).toBeGreaterThan(30)
    expect(files.flatMap((file) => linesWith(file, stray))).toEqual([])
  })
})

test('nothing is left open: no TODO, no FIXME', () => {
  expect(sources().flatMap((file) => linesWith(file, /\b(TODO|FIXME|XXX)\b/))).toEqual([])
})

test('every folder of fixtures stands in the catalogue, and the catalogue names no other', () => {
  const catalogue = readFileSync(join(repository, 'fixtures/README.md'), 'utf8')
  const named = [...catalogue.matchAll(/^\| `(.+?)`/gm)].map(([, folder]) => folder ?? '')
  const folders = readdirSync(join(repository, 'fixtures'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => `${relative(join(repository, 'fixtures'), entry.parentPath).replaceAll('\\', '/')}/`)
  // A case may be a folder itself.
  expect(folders.filter((folder) => !named.some((each) => folder.startsWith(each)))).toEqual([])
  expect(named.filter((each) => !folders.some((folder) => folder.startsWith(each)))).toEqual([])
})

function sources(): string[] {
  return readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src', file).replaceAll('\\', '/'))
}

function linesWith(file: string, pattern: RegExp): string[] {
  return readFileSync(join(repository, file), 'utf8')
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []))
}
