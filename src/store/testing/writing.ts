import type { ContractCase } from './case.ts'
import { bytesOf, check, checkEqual, checkFails, etagOf, keysOf, read, write } from './check.ts'

/** put in its three modes, putStream, copy and delete. */
export const writing: readonly ContractCase[] = [
  {
    name: 'overwrites, and the ETag changes with the content',
    async run(open) {
      const store = await open()
      const etags = new Set<string>()
      for (const text of ['one', 'two', 'six', 'ten']) {
        etags.add(await write(store, 'key', text))
        checkEqual(await read(store, 'key'), text, 'the last write is read')
      }
      checkEqual(etags.size, 4, 'four contents of the same size have four ETags')
    },
  },
  {
    name: 'creates what is not there, and leaves alone what is',
    async run(open) {
      const store = await open()
      const etag = etagOf(await store.put('new', bytesOf('first'), { mode: 'create' }), 'creating a free key')
      checkEqual((await store.head('new')).etag, etag, 'the ETag that put gave')
      const again = await store.put('new', bytesOf('second'), { mode: 'create' })
      checkEqual(again, { outcome: 'precondition-failed' }, 'creating a taken key')
      checkEqual(await read(store, 'new'), 'first', 'the object stays')
      await store.delete(['new'])
      etagOf(await store.put('new', bytesOf('third'), { mode: 'create' }), 'creating a key that is free again')
      checkEqual(await read(store, 'new'), 'third', 'the new object')
    },
  },
  {
    name: 'replaces only the object with the expected ETag',
    async run(open) {
      const store = await open()
      const first = await write(store, 'key', 'one')
      const second = etagOf(await store.put('key', bytesOf('two'), { mode: { ifMatch: first } }), 'the right ETag')
      const stale = await store.put('key', bytesOf('bad'), { mode: { ifMatch: first } })
      checkEqual(stale, { outcome: 'precondition-failed' }, 'a stale ETag')
      checkEqual(await read(store, 'key'), 'two', 'the object stays')
      const absent = await store.put('nothing', bytesOf('bad'), { mode: { ifMatch: second } })
      checkEqual(absent, { outcome: 'precondition-failed' }, 'an ETag where no object is')
      checkEqual(await keysOf(store), ['key'], 'nothing else appeared')
      await store.delete(['key'])
      const deleted = await store.put('key', bytesOf('bad'), { mode: { ifMatch: second } })
      checkEqual(deleted, { outcome: 'precondition-failed' }, 'the ETag of a deleted object')
    },
  },
  {
    name: 'streams an object of many parts, whole at the end and not before',
    async run(open) {
      const store = await open()
      const writer = store.putStream('big', { partSize: 5 * 1024 * 1024 })
      const chunk = Uint8Array.from({ length: 700_001 }, (_, i) => (i * 7 + (i >> 8)) & 255)
      for (let i = 0; i < 16; i++) await writer.write(chunk.slice())
      checkEqual(await keysOf(store), [], 'nothing is seen before the end')
      const { size, etag } = await writer.finish()
      checkEqual(size, 16 * chunk.length, 'finish tells the size')
      const object = await store.get('big')
      checkEqual([object.size, object.etag], [size, etag], 'the object has this size and ETag')
      check(
        object.body.every((byte, i) => byte === chunk[i % chunk.length]),
        'the bytes are those that were written, in order',
      )
    },
  },
  {
    name: 'streams a small object and an empty one, over what was there',
    async run(open) {
      const store = await open()
      await write(store, 'small', 'something longer than that')
      const writer = store.putStream('small')
      await writer.write(bytesOf('sm'))
      await writer.write(bytesOf('all'))
      checkEqual((await writer.finish()).size, 5, 'finish tells the size')
      checkEqual(await read(store, 'small'), 'small', 'the chunks in order')
      checkEqual((await store.putStream('none').finish()).size, 0, 'an empty stream')
      checkEqual(await read(store, 'none'), '', 'an empty object')
    },
  },
  {
    name: 'drops an aborted stream, at any time and more than once',
    async run(open) {
      const store = await open()
      await store.putStream('never').abort()
      const begun = store.putStream('never', { partSize: 5 * 1024 * 1024 })
      for (let i = 0; i < 3; i++) await begun.write(new Uint8Array(3 * 1024 * 1024))
      await begun.abort()
      await begun.abort()
      await checkFails('invalid-argument', () => begun.write(bytesOf('x')), 'writing after an abort')
      await checkFails('invalid-argument', () => begun.finish(), 'finishing after an abort')
      checkEqual(await keysOf(store), [], 'nothing appeared')
      const finished = store.putStream('done')
      await finished.finish()
      await finished.abort()
      checkEqual(await keysOf(store), ['done'], 'an abort after the end changes nothing')
    },
  },
  {
    name: 'copies, over what was there',
    async run(open) {
      const store = await open()
      await write(store, 'a/from', 'text')
      await write(store, 'b/to', 'other')
      await store.copy('a/from', 'b/to')
      await store.copy('a/from', 'c/new ü+%.txt')
      await store.copy('c/new ü+%.txt', 'd')
      for (const key of ['a/from', 'b/to', 'c/new ü+%.txt', 'd']) checkEqual(await read(store, key), 'text', key)
      await checkFails('not-found', () => store.copy('nothing', 'd'), 'copying what is not there')
      checkEqual(await read(store, 'd'), 'text', 'a failed copy changes nothing')
    },
  },
  {
    name: 'deletes many at once; those that are not there count as deleted',
    async run(open) {
      const store = await open()
      for (const key of ['a', 'b/c', 'b/d', 'keep']) await write(store, key, key)
      await store.delete(['a', 'b/c', 'nothing', 'no/such/thing', 'b/d'])
      checkEqual(await keysOf(store), ['keep'], 'what is left')
      await store.delete(['a'])
      await store.delete([])
      await checkFails('not-found', () => store.get('a'), 'reading what was deleted')
    },
  },
  {
    name: 'stops with "aborted" when the caller’s signal has fired',
    async run(open) {
      const store = await open()
      await write(store, 'key', 'text')
      const signal = AbortSignal.abort()
      await checkFails('aborted', () => store.get('key', { signal }), 'get')
      await checkFails('aborted', () => store.head('key', { signal }), 'head')
      await checkFails('aborted', () => store.put('key', bytesOf('x'), { mode: 'overwrite', signal }), 'put')
      await checkFails('aborted', () => store.put('new', bytesOf('x'), { mode: 'create', signal }), 'create')
      await checkFails('aborted', () => store.copy('key', 'new', { signal }), 'copy')
      await checkFails('aborted', () => store.delete(['key'], { signal }), 'delete')
      await checkFails('aborted', () => keysOf(store, { signal }), 'list')
      checkEqual(await keysOf(store), ['key'], 'nothing was changed')
      checkEqual(await read(store, 'key'), 'text', 'nothing was changed')
    },
  },
]
