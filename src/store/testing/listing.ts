import { compareKeys } from '../key.ts'
import type { ContractCase } from './case.ts'
import { bytesOf, check, checkEqual, checkFails, keysOf, read, write } from './check.ts'

const TREE = ['_log/1.json', '_log/2.json', '_log/sub/3.json', 'a', 'a-b/x', 'a.txt', 'ab/x', 'b/c/d', 'b/c/e', 'z']
/** Keys that a URL, an XML document, a shell or a file system might not leave as they are. */
const ODD = [
  'p=Köln/ü.txt',
  'p=%20%2F/x',
  'p=a b/c+d',
  "q!'()*~/$&,;=:@",
  'r#?[]/{}|^`"<>',
  's\\t/u',
  'emoji 😀/文件',
  'trailing ./dot.',
  '...',
  '..a/.b',
]

/** list, its order, and which keys there may be. */
export const listing: readonly ContractCase[] = [
  {
    name: 'lists every object once, with size, ETag and time',
    async run(open) {
      const store = await open()
      checkEqual(await keysOf(store), [], 'an empty store')
      for (const key of TREE.toReversed()) await write(store, key, key)
      for await (const meta of store.list()) {
        const { key, size, etag, lastModified } = await store.head(meta.key)
        checkEqual([meta.key, meta.size, meta.etag], [key, size, etag], 'list and head agree')
        checkEqual(Math.floor(meta.lastModified / 1000), Math.floor(lastModified / 1000), 'and on the second')
      }
      checkEqual(await keysOf(store), TREE, 'every key')
    },
  },
  {
    name: 'lists in UTF-8 byte order, which is not that of UTF-16 nor that of directories',
    async run(open) {
      const store = await open()
      const keys = ['a!/x', 'a/x', 'a0/x', 'a.b', 'B', 'é', '\uff5e', '\u{10000}', '\u{1f600}/x', '\ue000']
      for (const key of keys) await write(store, key, '')
      const expected = [...keys].sort(compareKeys)
      checkEqual(await keysOf(store), expected, 'byte order')
      check(expected.indexOf('\uff5e') < expected.indexOf('\u{10000}'), 'U+FF5E stands before U+10000')
      for (const [i, key] of expected.entries()) {
        checkEqual(await keysOf(store, { startAfter: key }), expected.slice(i + 1), `after ${key}`)
      }
    },
  },
  {
    name: 'lists by prefix, which need not end at a slash',
    async run(open) {
      const store = await open()
      for (const key of TREE) await write(store, key, '')
      for (const prefix of ['', '_log/', '_log/1', '_lo', 'a', 'a/', 'b/c', 'b/c/', 'b/c/d', 'b/c/d/', 'nothing/']) {
        const expected = TREE.filter((key) => key.startsWith(prefix))
        checkEqual(await keysOf(store, { prefix }), expected, `prefix "${prefix}"`)
      }
    },
  },
  {
    name: 'lists after a key, exclusively, which need not exist or match the prefix',
    async run(open) {
      const store = await open()
      for (const key of TREE) await write(store, key, '')
      for (const startAfter of [
        '',
        '!',
        '_log/1.json',
        '_log/2',
        '_log/sub',
        'a',
        'a.',
        'b/c/d',
        'b/c/dd',
        'b/',
        'zz',
      ]) {
        const after = TREE.filter((key) => compareKeys(key, startAfter) > 0)
        checkEqual(await keysOf(store, startAfter === '' ? {} : { startAfter }), after, `after "${startAfter}"`)
        if (startAfter === '') continue
        const expected = after.filter((key) => key.startsWith('_log/'))
        checkEqual(await keysOf(store, { prefix: '_log/', startAfter }), expected, `in _log/ after "${startAfter}"`)
      }
    },
  },
  {
    name: 'lists one level with a delimiter: no key with a further slash, no directory',
    async run(open) {
      const store = await open()
      for (const key of TREE) await write(store, key, '')
      for (const prefix of ['', '_log/', '_log/1', 'b/', 'b/c/', 'a']) {
        const expected = TREE.filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'))
        checkEqual(await keysOf(store, { prefix, delimiter: '/' }), expected, `one level under "${prefix}"`)
      }
      const after = await keysOf(store, { prefix: '_log/', startAfter: '_log/1.json', delimiter: '/' })
      checkEqual(after, ['_log/2.json'], 'one level after a key')
    },
  },
  {
    name: 'lists more than one page: 1,100 keys',
    async run(open) {
      const store = await open()
      const keys = Array.from({ length: 1100 }, (_, i) => `log/${String(i).padStart(20, '0')}.json`)
      for (let i = 0; i < keys.length; i += 50) {
        await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, bytesOf(key), { mode: 'create' })))
      }
      checkEqual(await keysOf(store, { prefix: 'log/', delimiter: '/' }), keys, 'all pages')
      checkEqual(await keysOf(store, { startAfter: keys[1050] ?? '' }), keys.slice(1051), 'after a key far down')
      await store.delete(keys)
      checkEqual(await keysOf(store), [], 'more keys are deleted than one request takes')
    },
  },
  {
    name: 'shows a write to the next listing, read and delete at once',
    async run(open) {
      const store = await open()
      for (let i = 0; i < 20; i++) {
        await write(store, 'key', String(i))
        checkEqual(await read(store, 'key'), String(i), 'read after write')
        checkEqual(await keysOf(store), ['key'], 'list after write')
        await store.delete(['key'])
        checkEqual(await keysOf(store), [], 'list after delete')
      }
    },
  },
  {
    name: 'takes keys as they are: nothing is decoded, encoded or normalised',
    async run(open) {
      const store = await open()
      for (const key of ODD) await write(store, key, key)
      for (const key of ODD) checkEqual(await read(store, key), key, `reading ${key}`)
      checkEqual(await keysOf(store), [...ODD].sort(compareKeys), 'listing odd keys')
      await store.delete(ODD)
      checkEqual(await keysOf(store), [], 'deleting odd keys')
    },
  },
  {
    name: 'refuses what is no key, in every call, before anything is done',
    async run(open) {
      const store = await open()
      await write(store, 'a', 'a')
      for (const key of [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        '..',
        './a',
        '../a',
        'a/../b',
        'a/.',
        'a\0b',
        'a\nb',
        '\ud800',
      ]) {
        const what = `the key ${JSON.stringify(key)}`
        await checkFails('invalid-argument', () => store.get(key), `get of ${what}`)
        await checkFails('invalid-argument', () => store.head(key), `head of ${what}`)
        await checkFails(
          'invalid-argument',
          () => store.put(key, bytesOf('x'), { mode: 'overwrite' }),
          `put of ${what}`,
        )
        await checkFails('invalid-argument', () => store.putStream(key).finish(), `putStream of ${what}`)
        await checkFails('invalid-argument', () => store.copy('a', key), `copy to ${what}`)
        await checkFails('invalid-argument', () => store.copy(key, 'b'), `copy from ${what}`)
        await checkFails('invalid-argument', () => store.delete(['a', key]), `delete of ${what}`)
      }
      for (const prefix of ['../', '/', 'a//', './']) {
        await checkFails('invalid-argument', () => keysOf(store, { prefix }), `listing by "${prefix}"`)
      }
      checkEqual(await keysOf(store), ['a'], 'nothing was done')
    },
  },
]
