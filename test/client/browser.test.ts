import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { openProfile } from '../../src/client/index.ts'
import type { Row } from '../../src/index.ts'
import { ENDPOINT, ORDERS, openWorld } from '../server/world.ts'

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

/** What a browser has and the code may use; nothing of Node is there. */
const WEB_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Array',
  'ArrayBuffer',
  'BigInt64Array',
  'Blob',
  'DataView',
  'Date',
  'Error',
  'Float64Array',
  'Headers',
  'Int32Array',
  'Map',
  'Object',
  'Promise',
  'Request',
  'Response',
  'Set',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'Uint32Array',
  'Uint8Array',
  'WebAssembly',
  'atob',
  'btoa',
  'clearTimeout',
  'crypto',
  'setTimeout',
] as const

const bundled = z.object({ openProfile: z.custom<typeof openProfile>((value) => typeof value === 'function') })

test('the client is bundled for a browser, small, and reads a share there', async () => {
  const bundle = await rolldown({
    input: resolve(SOURCE, 'client/index.ts'),
    platform: 'browser',
    resolve: { alias: Object.fromEntries(Object.entries(TWINS).map(([name, twin]) => [name, resolve(SOURCE, twin)])) },
    // Loaded where it is asked for only.
    external: ['apache-arrow'],
    onLog: (level, log) => expect([level, log.message]).toEqual([]),
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'client', minify: true })
  const [{ code }] = output
  expect(output).toHaveLength(1)
  // Of these kilobytes a third is zod's, and a fifth the dictionary of brotli.
  expect(code.length).toBeLessThan(400_000)
  expect(code).not.toMatch(/["']node:|@aws-sdk/)

  const world = await openWorld()
  const fetch: typeof globalThis.fetch = (input, init) => world.handler(new Request(input, init))
  const globals = Object.fromEntries(
    WEB_GLOBALS.map((name): [string, unknown] => [name, Reflect.get(globalThis, name)]),
  )
  const client = bundled.parse(runInNewContext(`${code};client`, { ...globals, fetch }))
  const catalog = client.openProfile({ endpoint: ENDPOINT, bearerToken: world.token })
  const rows: Row[] = []
  for await (const row of catalog.table('sales.shop.orders').read({ where: { country: 'DE' } })) rows.push(row)
  expect(rows).toEqual(ORDERS.filter(({ country }) => country === 'DE'))
})
