import { expect, test } from 'vitest'
import { rememberingStore } from '../../src/connector/remembering-store.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { watchedStore } from './killed-store.ts'

const LOG = 'tables/t/_delta_log'
const COMMIT = `${LOG}/00000000000000000010.json`
const CHECKPOINT = `${LOG}/00000000000000000010.checkpoint.parquet`

function watched() {
  const inner = memoryStore()
  const gets: string[] = []
  const store = rememberingStore(
    watchedStore(inner, (request, run) => {
      if (request.startsWith('get ')) gets.push(request.slice(4))
      return run()
    }),
  )
  return { inner, store, gets }
}

const write = (store: ObjectStore, key: string, text: string) =>
  store.put(key, new TextEncoder().encode(text), { mode: 'overwrite' })
const read = async (store: ObjectStore, key: string) => new TextDecoder().decode((await store.get(key)).body)

test.each([
  COMMIT,
  CHECKPOINT,
  `${LOG}/00000000000000000010.checkpoint.0000000001.0000000002.parquet`,
  `${LOG}/00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json`,
  `${LOG}/_sidecars/016ae953-37a9-438e-8683-9a9a4a79a395.parquet`,
])('%s is read once', async (key) => {
  const { inner, store, gets } = watched()
  await write(inner, key, 'x')
  expect([await read(store, key), await read(store, key)]).toEqual(['x', 'x'])
  expect(gets).toEqual([key])
})

test.each([`${LOG}/_last_checkpoint`, 'tables/t/part-0.parquet', 'sharing/shares/a.json'])(
  '%s, which may change or is large, is read each time',
  async (key) => {
    const { inner, store } = watched()
    await write(inner, key, 'old')
    await read(store, key)
    await write(inner, key, 'new')
    expect(await read(store, key)).toBe('new')
  },
)

test('a part of a checkpoint is not taken for the whole of it', async () => {
  const { inner, store } = watched()
  await write(inner, CHECKPOINT, 'whole')
  await store.get(CHECKPOINT, { range: { start: 0, end: 2 } })
  expect(await read(store, CHECKPOINT)).toBe('whole')
})

test('a checkpoint that was written again is read again, once a listing told of it', async () => {
  const { inner, store } = watched()
  await write(inner, CHECKPOINT, 'first')
  await read(store, CHECKPOINT)
  await write(inner, CHECKPOINT, 'second')
  await keysOf(store)
  expect(await read(store, CHECKPOINT)).toBe('second')
})

test('no more is kept than 32 MiB', async () => {
  const { inner, store, gets } = watched()
  const keys = Array.from({ length: 5 }, (_, version) => `${LOG}/0000000000000000000${version}.json`)
  for (const key of keys) await inner.put(key, new Uint8Array(8 * 1024 * 1024), { mode: 'overwrite' })
  for (const key of [...keys, ...keys]) await store.get(key)
  expect(gets).toHaveLength(6)
})
