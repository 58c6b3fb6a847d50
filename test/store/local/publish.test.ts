import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { temporaryDirectory } from '../../temporary-directory.ts'

/** Which system calls fail, and how: what no file system of a test machine does on demand. */
const broken = vi.hoisted(() => ({ link: '', remove: '', syncDirectory: '' }))

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const failure = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code })
  return {
    ...real,
    async link(...call: Parameters<typeof real.link>) {
      if (broken.link) throw failure(broken.link)
      return real.link(...call)
    },
    async rm(...call: Parameters<typeof real.rm>) {
      if (broken.remove) throw failure(broken.remove)
      return real.rm(...call)
    },
    async open(...call: Parameters<typeof real.open>) {
      // Only directories are opened with numeric flags.
      if (broken.syncDirectory && typeof call[1] === 'number') throw failure(broken.syncDirectory)
      return real.open(...call)
    },
  }
})

// Test files share a process and its modules: the store is loaded anew with the broken calls, and again without them.
vi.resetModules()
const { localStore } = await import('../../../src/store/local.ts')
afterAll(() => vi.resetModules())

beforeEach(() => {
  Object.assign(broken, { link: '', remove: '', syncDirectory: '' })
})
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const create = { mode: 'create' } as const

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])(
  'without hard links (%s) a create is exclusive all the same',
  async (code) => {
    broken.link = code
    const directory = temporaryDirectory()
    const store = localStore(directory)
    const racers = Array.from({ length: 20 }, (_, i) => `racer ${i}`)
    const results = await Promise.all(racers.map((racer) => store.put('key', bytes(racer), create)))
    const winner = results.findIndex(({ outcome }) => outcome === 'written')
    expect(results.filter(({ outcome }) => outcome === 'written')).toHaveLength(1)
    const object = await store.get('key')
    expect(new TextDecoder().decode(object.body)).toBe(`racer ${winner}`)
    expect(results[winner]).toEqual({ outcome: 'written', etag: object.etag })
    expect(await readdir(directory)).toEqual(['key'])
  },
)

test('without hard links what is for the owner stays so', async () => {
  broken.link = 'EPERM'
  const directory = temporaryDirectory()
  await localStore(directory).put('key', bytes('x'), { ...create, access: 'owner' })
  expect((await stat(join(directory, 'key'))).mode & 0o777).toBe(0o600)
})

test('any other failure to link is a failed put, and leaves nothing', async () => {
  broken.link = 'EIO'
  const directory = temporaryDirectory()
  await expect(localStore(directory).put('key', bytes('x'), create)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await readdir(directory)).toEqual([])
})

test('a failure to remove the temporary file after the link is no failed put', async () => {
  broken.remove = 'EIO'
  const store = localStore(temporaryDirectory())
  expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'written' })
})

test('a directory that cannot be flushed leaves the outcome unknown: the object is there, a power cut may undo it', async () => {
  const store = localStore(temporaryDirectory())
  broken.syncDirectory = 'EIO'
  expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'unknown', cause: expect.any(Error) })
  expect((await store.head('key')).size).toBe(1)
  await expect(store.putStream('other').finish()).rejects.toMatchObject({ code: 'unavailable' })
})

test.each(['EINVAL', 'ENOTSUP', 'EPERM'])(
  'a file system that never flushes directories (%s) is taken as it is',
  async (code) => {
    const store = localStore(temporaryDirectory())
    broken.syncDirectory = code
    expect(await store.put('key', bytes('x'), create)).toMatchObject({ outcome: 'written' })
  },
)

test('a stream that cannot even begin fails with an error of ours, and can be aborted', async () => {
  const store = localStore(temporaryDirectory())
  await store.put('file', bytes('x'), create)
  const writer = store.putStream('file/below')
  await expect(writer.write(bytes('x'))).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(writer.finish()).rejects.toMatchObject({ code: 'invalid-argument' })
  await writer.abort()
})
