import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { testObjectStore } from '../contract/object-store.ts'
import { keysOf } from '../keys-of.ts'

// The contract is about outcomes: where the system has a disk in memory, a thousand flushes cost nothing.
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const used: string[] = []

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(scratch, 'deltaquill-local-'))
  used.push(directory)
  return directory
}

afterAll(() => Promise.all(used.map((directory) => rm(directory, { recursive: true }))))

const one = Uint8Array.of(1)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a local store keeps the contract', () => {
  testObjectStore(async () => localStore(join(await freshDirectory(), 'not yet', 'there')))
})

describe('two stores on one directory, which share nothing but the files, as two processes would', () => {
  test('have one winner in every race of creates', async () => {
    const directory = await freshDirectory()
    const stores = [localStore(directory), localStore(directory)]
    for (let round = 0; round < 50; round++) {
      const results = await Promise.all(
        Array.from({ length: 10 }, (_, i) => stores[i % 2]?.put(`log/${round}`, bytes(`${i}`), { mode: 'create' })),
      )
      expect(results.filter((result) => result?.outcome === 'written')).toHaveLength(1)
    }
  })

  test('lose no update of a read-and-swap loop, overwrites and deletes beside it', async () => {
    const directory = await freshDirectory()
    await localStore(directory).put('sum', bytes('0'), { mode: 'create' })
    const add = async (store: ObjectStore): Promise<void> => {
      for (let done = 0; done < 10; ) {
        const { body, etag } = await store.get('sum')
        const sum = Number(new TextDecoder().decode(body)) + 1
        const result = await store.put('sum', bytes(String(sum)), { mode: { ifMatch: etag } })
        if (result.outcome === 'written') done++
        await store.put('other', one, { mode: 'overwrite' })
        await store.delete(['other'])
      }
    }
    await Promise.all([add(localStore(directory)), add(localStore(directory)), add(localStore(directory))])
    expect(await readFile(join(directory, 'sum'), 'utf8')).toBe('30')
  })
})

describe('files of the store’s own', () => {
  const leftIn = async (directory: string): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name.startsWith('.~dq-'))

  test('are gone after every kind of write, won, lost or aborted', async () => {
    const directory = await freshDirectory()
    const store = localStore(directory)
    const { etag } = await store.putStream('a').finish()
    await store.put('a', one, { mode: 'create' })
    await store.put('a', one, { mode: { ifMatch: 'stale' } })
    await store.put('a', one, { mode: { ifMatch: etag } })
    await store.put('a', one, { mode: 'overwrite' })
    await store.copy('a', 'b')
    await expect(store.copy('nothing', 'c')).rejects.toThrow()
    const writer = store.putStream('c')
    await writer.write(one)
    await writer.abort()
    await store.delete(['b'])
    expect(await readdir(directory)).toEqual(['a'])
  })

  test('are not listed, and no key may be named like them', async () => {
    const directory = await freshDirectory()
    const store = localStore(directory)
    const writer = store.putStream('a')
    await writer.write(one)
    expect(await leftIn(directory)).toHaveLength(1)
    expect(await keysOf(store)).toEqual([])
    await writer.abort()
    await expect(store.put('b/.~dq-x', one, { mode: 'create' })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  test('left by a killed writer are removed by a listing a day later, not before', async () => {
    const directory = await freshDirectory()
    const now = Date.now()
    const hour = 3_600_000
    for (const [name, age] of [
      ['young', 23 * hour],
      ['old', 25 * hour],
    ] as const) {
      const path = join(directory, `.~dq-${name}.tmp`)
      await writeFile(path, 'half')
      await utimes(path, (now - age) / 1000, (now - age) / 1000)
    }
    await keysOf(localStore(directory, { runtime: simulatedRuntime({ start: now }) }))
    expect(await leftIn(directory)).toEqual(['.~dq-young.tmp'])
  })
})

test('only the owner may read what was put for the owner, however it was put and whatever was there', async () => {
  const directory = await freshDirectory()
  const store = localStore(directory)
  const mode = async (key: string): Promise<number> => (await stat(join(directory, key))).mode & 0o777
  await store.put('open', one, { mode: 'create' })
  const usual = await mode('open')
  expect(usual).toBe(0o666 & ~process.umask())
  await store.put('new/secret', one, { mode: 'create', access: 'owner' })
  expect(await mode('new/secret')).toBe(0o600)
  const { etag } = await store.head('open')
  await store.put('open', one, { mode: { ifMatch: etag }, access: 'owner' })
  expect(await mode('open')).toBe(0o600)
  await store.put('open', one, { mode: 'overwrite' })
  expect(await mode('open')).toBe(usual)
})

describe('where a file system is less than an object store', () => {
  test('a key that continues another one’s name is refused, and the reason is told', async () => {
    const store = localStore(await freshDirectory())
    await store.put('a', one, { mode: 'create' })
    await store.put('b/c', one, { mode: 'create' })
    for (const key of ['a/b', 'b']) {
      await expect(store.put(key, one, { mode: 'overwrite' })).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringMatching(/on a file system a key cannot/),
      })
    }
    expect(await keysOf(store)).toEqual(['a', 'b/c'])
  })

  test('a segment that is too long is refused', async () => {
    const store = localStore(await freshDirectory())
    await expect(store.put('x'.repeat(300), one, { mode: 'create' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('255'),
    })
  })
})

test('what other programs put into the directory is listed, through links too; what is no file is not', async () => {
  const directory = await freshDirectory()
  const elsewhere = await freshDirectory()
  await writeFile(join(elsewhere, 'x'), '')
  await mkdir(join(directory, 'empty'))
  await writeFile(join(directory, 'file'), '')
  await symlink(elsewhere, join(directory, 'linked'))
  await symlink(join(directory, 'nowhere'), join(directory, 'dangling'))
  await symlink(join(directory, 'file'), join(directory, 'alias'))
  expect(await keysOf(localStore(directory))).toEqual(['alias', 'file', 'linked/x'])
})

test('the time of a write is the runtime’s, so that a simulated run keeps one clock', async () => {
  const directory = await freshDirectory()
  const store = localStore(directory, { runtime: simulatedRuntime({ start: 1_700_000_000_123 }) })
  await store.put('a', one, { mode: 'create' })
  await store.putStream('b').finish()
  expect((await store.head('a')).lastModified).toBe(1_700_000_000_123)
  expect((await store.head('b')).lastModified).toBe(1_700_000_000_123)
  expect(Math.floor((await stat(join(directory, 'a'))).mtimeMs)).toBe(1_700_000_000_123)
})
