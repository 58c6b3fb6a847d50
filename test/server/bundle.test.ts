import { resolve } from 'node:path'
import { compileFunction } from 'node:vm'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { sharingHandler } from '../../src/server/index.ts'
import type { memoryStore, ObjectStore, prefixStore } from '../../src/store/index.ts'
import { ENDPOINT, linesOf, openWorld } from './world.ts'

const SOURCE = resolve(import.meta.dirname, '../../src')
/** What the `browser` condition of the package puts in place of the Node modules. */
const TWINS = Object.entries({
  '#hash': 'hash-web.ts',
  '#codecs': 'parquet/codecs-web.ts',
  '#compression-worker': 'parquet/compression-worker-web.ts',
}).map(([name, twin]): [string, string] => [name, resolve(SOURCE, twin)])

/** The handler, and a store of the same making: errors are told by their class. */
const ENTRY = `
export { sharingHandler } from '${SOURCE}/server/index.ts'
export { memoryStore, prefixStore } from '${SOURCE}/store/index.ts'
`

/** What only Node has: the bundle sees none of them. */
const NODE_GLOBALS = ['process', 'Buffer', 'global', 'require', 'module', 'setImmediate']

const bundled = z.object({
  sharingHandler: z.custom<typeof sharingHandler>((value) => typeof value === 'function'),
  memoryStore: z.custom<typeof memoryStore>((value) => typeof value === 'function'),
  prefixStore: z.custom<typeof prefixStore>((value) => typeof value === 'function'),
})

async function copyAll(from: ObjectStore, to: ObjectStore): Promise<void> {
  for await (const { key } of from.list()) await to.put(key, (await from.get(key)).body, { mode: 'create' })
}

test('the handler needs no Node: bundled for a browser, it answers where there is none', async () => {
  const bundle = await rolldown({
    input: 'entry',
    plugins: [
      { name: 'entry', resolveId: (id) => (id === 'entry' ? id : null), load: (id) => (id === 'entry' ? ENTRY : null) },
    ],
    platform: 'browser',
    resolve: { alias: Object.fromEntries(TWINS) },
    // Stores are opened by whoever makes the handler; nothing that opens them is left in the bundle.
    external: ['apache-arrow', './local.ts', './s3/store.ts'],
    onLog: (level, log) => expect([level, log.message]).toEqual([]),
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'server' })
  const [{ code, imports, dynamicImports }] = output
  expect([output.length, imports, dynamicImports]).toEqual([1, [], []])
  expect(code).not.toMatch(/["']node:|@aws-sdk/)
  const server = bundled.parse(compileFunction(`${code};return server`, NODE_GLOBALS)())

  const { root, tableAt, runtime, token } = await openWorld()
  const store = server.memoryStore()
  const openTable = (location: string): ObjectStore => server.prefixStore(store, `tables/${location}`)
  await copyAll(root, store)
  await copyAll(tableAt('orders'), openTable('orders'))
  const handler = server.sharingHandler({ store, openTable, runtime })
  const headers = { authorization: `Bearer ${token}` }
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    handler(new Request(ENDPOINT + path, { ...init, headers }))
  expect(await (await ask('/shares')).json()).toMatchObject({ items: [{ name: 'sales' }] })
  const lines = await linesOf(await ask('/shares/sales/schemas/shop/tables/orders/query', { method: 'POST' }))
  expect(lines.map((line) => Object.keys(line)[0])).toEqual(['protocol', 'metaData', 'file', 'file'])
  const file = await handler(new Request(String(lines[2]?.file?.url)))
  expect([file.status, (await file.arrayBuffer()).byteLength]).toEqual([200, lines[2]?.file?.size])
  expect((await ask('/shares/secret')).status).toBe(404)
})
