import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const repository = resolve(import.meta.dirname, '..')
const versions = z.record(z.string(), z.string())
const manifest = z
  .object({
    type: z.string(),
    license: z.string(),
    engines: z.object({ node: z.string() }),
    bin: z.record(z.string(), z.string()),
    exports: z.record(z.string(), z.union([z.string(), z.object({ types: z.string(), default: z.string() })])),
    imports: z.record(z.string(), z.record(z.string(), z.string())),
    files: z.array(z.string()),
    scripts: z.record(z.string(), z.string()),
    dependencies: versions,
    devDependencies: versions,
    peerDependencies: versions.optional(),
    optionalDependencies: versions.optional(),
  })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')))

/** Every door of the package and the source file behind it. */
const doors: Readonly<Record<string, string>> = {
  '.': 'src/index.ts',
  './store': 'src/store/index.ts',
  './store/local': 'src/store/local.ts',
  './store/testing': 'src/store/testing.ts',
  './parquet': 'src/parquet/index.ts',
  './log': 'src/log/index.ts',
  './manifest': 'src/manifest/index.ts',
  './manifest/testing': 'src/manifest/testing.ts',
  './client': 'src/client/index.ts',
  './server': 'src/server/index.ts',
  './server/node': 'src/server/node.ts',
  './browse': 'src/browse/index.ts',
  './databricks': 'src/databricks/index.ts',
  './connector': 'src/connector/index.ts',
}

/** What is for other tools than Node. */
const papers: Readonly<Record<string, string>> = {
  './schemas/shares.json': './docs/schemas/shares.json',
  './schemas/connector.json': './docs/schemas/connector.json',
  './schemas/run.json': './docs/schemas/run.json',
  './schemas/event.json': './docs/schemas/event.json',
  './package.json': './package.json',
}

/** Every package that ships with this one, and what would be worse without it. */
const reasons: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'credentials, regions and endpoints as every S3 user has configured them already',
  '@noble/hashes': 'digests where there is no node:crypto',
  'apache-arrow': 'Arrow tables in and out',
  commander: 'the command line',
  'csv-parse': 'CSV and TSV files as they are found in the world',
  fzstd: 'Zstandard pages where the platform has no decoder, block by block, so that a bomb is stopped',
  hyparquet: 'the names and numbers of the Parquet format, and one encoding',
  'hyparquet-compressors': 'reads every codec that others wrote with',
  hysnappy: 'snappy at the speed of WebAssembly, 4 KB inlined, no native code',
  pino: 'log lines of the server',
  'prom-client': 'metrics of the server in the format of Prometheus',
  uuid: 'identifiers',
  yaml: 'documents of shares as people write them, and as the reference server has them',
  zod: 'checks at the trust boundaries',
}

describe('the doors of the package', () => {
  test('are the rooms that are meant for others, and papers for other tools', () => {
    expect(Object.keys(manifest.exports).sort()).toEqual([...Object.keys(doors), ...Object.keys(papers)].sort())
    for (const [door, file] of Object.entries(papers)) {
      expect(manifest.exports[door]).toBe(file)
      expect(existsSync(join(repository, file))).toBe(true)
    }
  })

  test.each(Object.entries(doors))('%s is built from %s, with types first', (door, source) => {
    expect(existsSync(join(repository, source))).toBe(true)
    const built = source.replace(/^src\//, './dist/').replace(/\.ts$/, '')
    expect(manifest.exports[door]).toEqual({ types: `${built}.d.ts`, default: `${built}.js` })
    expect(Object.keys(z.record(z.string(), z.string()).parse(manifest.exports[door]))[0]).toBe('types')
  })

  test('the command is built from src/cli/main.ts, which says that Node runs it', () => {
    expect(manifest.bin).toEqual({ deltaquill: './dist/cli/main.js' })
    expect(readFileSync(join(repository, 'src/cli/main.ts'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  })

  test.each(Object.entries(manifest.imports))(
    '%s has a twin for browsers, and users meet built files only',
    (_, twin) => {
      const { 'deltaquill-source': source = '', browser = '', default: node } = twin
      expect(Object.keys(twin)).toEqual(['deltaquill-source', 'browser', 'default'])
      expect(existsSync(join(repository, source))).toBe(true)
      expect(existsSync(join(repository, source.replace(/\.ts$/, '-web.ts')))).toBe(true)
      expect(node).toBe(source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '.js'))
      expect(browser).toBe(node?.replace(/\.js$/, '-web.js'))
    },
  )
})

describe('what the package brings along', () => {
  test('every dependency has its reason', () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual(Object.keys(reasons).sort())
  })

  test('dependencies leave room for fixes, tools are pinned', () => {
    const { hyparquet, ...others } = manifest.dependencies
    for (const range of Object.values(others)) expect(range).toMatch(/^\^\d+\.\d+\.\d+$/)
    // Its inner files are imported, which no version number promises to keep.
    expect(hyparquet).toMatch(/^\d+\.\d+\.\d+$/)
    for (const version of Object.values(manifest.devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
  })

  test('nothing is asked of the user: no peer, no optional dependency, no script at installation', () => {
    expect(manifest.peerDependencies).toBeUndefined()
    expect(manifest.optionalDependencies).toBeUndefined()
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$/)]),
    )
  })

  test('only the build, the schemas and the changelog are packed, beside what npm always adds', () => {
    expect(manifest.files).toEqual(['dist', 'docs/schemas', 'CHANGELOG.md'])
    for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) expect(existsSync(join(repository, file))).toBe(true)
  })

  test('it is an ES module under Apache-2.0 for every Node that can require() one', () => {
    expect(manifest).toMatchObject({ type: 'module', license: 'Apache-2.0', engines: { node: '>=20.19' } })
  })

  test('the lock file names no download address', () => {
    expect(readFileSync(join(repository, 'package-lock.json'), 'utf8')).not.toContain('"resolved": "http')
  })
})
