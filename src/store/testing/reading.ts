import type { ContractCase } from './case.ts'
import { bytesOf, check, checkEqual, checkFails, etagOf, textOf, write } from './check.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'

/** get, head and their ranges. */
export const reading: readonly ContractCase[] = [
  {
    name: 'gives back the bytes that were put, with size, ETag and time',
    async run(open) {
      const store = await open()
      const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) & 255)
      const etag = etagOf(await store.put('a/b.bin', body, { mode: 'overwrite' }), 'a put')
      const object = await store.get('a/b.bin')
      check(
        object.body.length === body.length && object.body.every((byte, i) => byte === body[i]),
        'get gives the bytes',
      )
      checkEqual([object.key, object.size, object.etag], ['a/b.bin', 70_000, etag], 'get tells key, size and ETag')
      const head = await store.head('a/b.bin')
      checkEqual([head.key, head.size, head.etag], ['a/b.bin', 70_000, etag], 'head tells key, size and ETag')
      check(Number.isInteger(head.lastModified) && head.lastModified > 0, 'head tells the time in whole milliseconds')
      checkEqual(object.lastModified, head.lastModified, 'get and head agree on the time')
    },
  },
  {
    name: 'keeps an empty object',
    async run(open) {
      const store = await open()
      await write(store, 'empty', '')
      const object = await store.get('empty')
      checkEqual([object.size, object.body.length], [0, 0], 'an empty object is there, with no bytes')
      const tail = await store.get('empty', { range: { suffix: 8 } })
      checkEqual(tail.body.length, 0, 'the tail of an empty object is empty')
    },
  },
  {
    name: 'reads a range from start to end, clipped to the size',
    async run(open) {
      const store = await open()
      await write(store, 'letters', ALPHABET)
      for (const [start, end] of [
        [0, 1],
        [3, 7],
        [20, 26],
        [20, 99],
        [5, 5],
        [26, 30],
      ] as const) {
        const object = await store.get('letters', { range: { start, end } })
        checkEqual(textOf(object.body), ALPHABET.slice(start, end), `bytes ${start} to ${end}`)
        checkEqual(object.size, 26, 'the size is that of the whole object')
      }
      const rest = await store.get('letters', { range: { start: 23 } })
      checkEqual(textOf(rest.body), 'xyz', 'a range without an end goes to the end')
    },
  },
  {
    name: 'reads the last bytes, all of them when there are fewer',
    async run(open) {
      const store = await open()
      await write(store, 'letters', ALPHABET)
      for (const [suffix, expected] of [
        [3, 'xyz'],
        [26, ALPHABET],
        [99, ALPHABET],
        [0, ''],
      ] as const) {
        const { body } = await store.get('letters', { range: { suffix } })
        checkEqual(textOf(body), expected, `the last ${suffix} bytes`)
      }
    },
  },
  {
    name: 'refuses a range that starts past the end or makes no sense',
    async run(open) {
      const store = await open()
      await write(store, 'letters', ALPHABET)
      for (const range of [
        { start: 27 },
        { start: 27, end: 30 },
        { start: -1 },
        { start: 3, end: 2 },
        { suffix: -1 },
      ]) {
        await checkFails(
          'invalid-argument',
          () => store.get('letters', { range }),
          `the range ${JSON.stringify(range)}`,
        )
      }
    },
  },
  {
    name: 'says not-found for an object that is not there, for a beginning of a key too',
    async run(open) {
      const store = await open()
      await write(store, 'a/b/c', 'x')
      for (const key of ['nothing', 'a', 'a/b', 'a/b/d', 'a/b/c/d']) {
        await checkFails('not-found', () => store.get(key), `get ${key}`)
        await checkFails('not-found', () => store.get(key, { range: { suffix: 8 } }), `get the tail of ${key}`)
        await checkFails('not-found', () => store.head(key), `head ${key}`)
      }
    },
  },
  {
    name: 'hands out bytes of the caller’s own: changing them changes nothing stored',
    async run(open) {
      const store = await open()
      const body = bytesOf('before')
      await store.put('own', body, { mode: 'overwrite' })
      body.fill(0)
      const first = await store.get('own')
      first.body.fill(0)
      checkEqual(textOf((await store.get('own')).body), 'before', 'the stored bytes stay')
    },
  },
]
