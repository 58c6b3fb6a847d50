import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = resolve(import.meta.dirname, '../../src')
/** What the `browser` condition of the package puts in place of the Node modules. */
const TWINS: Record<string, string> = {
  '#hash': 'hash-web.ts',
  '#codecs': 'parquet/codecs-web.ts',
  '#compression-worker': 'parquet/compression-worker-web.ts',
}
/** A static import or export that survives compilation. Dynamic imports are made on demand only. */
const STATIC_IMPORT = /^(?:import|export)\s(?!type\b)[^'"]*?from '([^']+)'|^import '([^']+)'/gm

/** Every module that loading a file loads: source files by their path, packages and built-ins by their name. */
function loadedBy(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, from, bare] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
    const name = from ?? bare ?? ''
    const twin = TWINS[name]
    if (twin !== undefined) loadedBy(resolve(SOURCE, twin), seen)
    else if (name.startsWith('.')) loadedBy(resolve(dirname(file), name), seen)
    else seen.add(name)
  }
  return seen
}

test('the client loads nothing of Node, so that a browser can load it', () => {
  const loaded = loadedBy(resolve(SOURCE, 'client/index.ts'))
  // What begins with # would be a module of ours without a twin.
  expect([...loaded].filter((name) => /^(node:|#)/.test(name))).toEqual([])
  // It looked: the trip down the house was made.
  for (const file of ['scan/file.ts', 'parquet/index.ts', 'wire/index.ts', 'hash-web.ts']) {
    expect(loaded).toContain(resolve(SOURCE, file))
  }
})
