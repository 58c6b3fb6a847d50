import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { afterAll } from 'vitest'
import tsconfig from '../../tsconfig.json' with { type: 'json' }

const repository = resolve(import.meta.dirname, '../..')

/** What package.json's `imports` lead to in the source, by name. */
const NAMED = {
  '#hash': 'src/hash.ts',
  '#codecs': 'src/parquet/codecs.ts',
  '#compression-worker': 'src/parquet/compression-worker.ts',
}

/**
 * A worker and what it imports of the library as JavaScript that Node runs in a process of its own, from the source as
 * it is now: without types, unchecked. Gone after the tests of the file that called for it.
 * @param worker its source, in the repository. @returns the worker's file.
 */
export function buildWorker(worker: string): string {
  // Inside the repository, so that its packages are found.
  const out = join(repository, '.cache', `${basename(worker, '.ts')}-${process.pid}`)
  afterAll(() => rmSync(out, { recursive: true, force: true }))
  const built = new Set<string>()
  const build = (source: string): void => {
    if (built.has(source)) return
    built.add(source)
    const text = readFileSync(join(repository, source), 'utf8')
    const script = ts.transpileModule(text, { fileName: source, compilerOptions }).outputText
    const target = join(out, scriptOf(source))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, script)
    for (const { fileName } of ts.preProcessFile(script).importedFiles) {
      if (fileName.startsWith('.')) build(join(dirname(source), fileName.replace(/\.js$/, '.ts')))
    }
  }
  for (const source of [worker, ...Object.values(NAMED)]) build(source)
  const imports = Object.fromEntries(Object.entries(NAMED).map(([name, source]) => [name, `./${scriptOf(source)}`]))
  writeFileSync(join(out, 'package.json'), JSON.stringify({ type: 'module', imports }))
  return join(out, scriptOf(worker))
}

function scriptOf(source: string): string {
  return source.replace(/\.ts$/, '.js')
}

const { verbatimModuleSyntax, rewriteRelativeImportExtensions } = tsconfig.compilerOptions
const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax,
  rewriteRelativeImportExtensions,
}
