import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll } from 'vitest'
import tsconfig from '../../tsconfig.json' with { type: 'json' }

const repository = resolve(import.meta.dirname, '../..')

/**
 * The library and the worker as JavaScript that Node runs in a process of its own, from the source as it is now: without
 * types, unchecked, in about a second. Gone after the tests of the file that called for it. @returns the worker's file.
 */
export function buildWorker(): string {
  // Inside the repository, so that its packages are found.
  const out = join(repository, '.cache', `writers-${process.pid}`)
  const sources = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' }).map(
    (file) => `src/${file}`,
  )
  for (const source of [...sources.filter((file) => file.endsWith('.ts')), 'test/writers/worker.ts']) {
    const text = readFileSync(join(repository, source), 'utf8')
    const target = join(out, source.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, ts.transpileModule(text, { fileName: source, compilerOptions }).outputText)
  }
  const imports = Object.fromEntries(
    ['hash', 'parquet/codecs', 'parquet/compression-worker'].map((file) => [
      `#${file.replace(/^.*\//, '')}`,
      `./src/${file}.js`,
    ]),
  )
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type: 'module', imports }))
  afterAll(() => rmSync(out, { recursive: true, force: true }))
  return join(out, 'test/writers/worker.js')
}

const { verbatimModuleSyntax, rewriteRelativeImportExtensions } = tsconfig.compilerOptions
const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax,
  rewriteRelativeImportExtensions,
}
