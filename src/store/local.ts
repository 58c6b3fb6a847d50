import { open, stat, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DeltaError, throwIfAborted } from '../errors.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import { checkKey, checkListPrefix } from './key.ts'
import { errnoOf, localFailure } from './local/failure.ts'
import { createTemporary, etagOf, OWN_PREFIX, readBytes, readPieces, syncDirectory } from './local/file.ts'
import { type Processes, withLock } from './local/lock.ts'
import { etagAt, publish } from './local/publish.ts'
import { walk } from './local/walk.ts'
import { fileWriter } from './local/writer.ts'
import { formatLocation } from './location.ts'
import type { GetOptions, ObjectMeta, ObjectStore, PutOptions, PutResult, StoredObject } from './object-store.ts'
import { checkRange, resolveRange } from './range.ts'

const processes: Processes = {
  id: process.pid,
  isAlive(id) {
    try {
      process.kill(id, 0)
      return true
    } catch (error) {
      return errnoOf(error) !== 'ESRCH'
    }
  },
}

/**
 * A store in a directory of a local (or mounted) file system; any number of processes may share it. A key is a path
 * below the directory. The directory is made with the first write.
 *
 * Where it is less than an object store: a key cannot continue another one's name (`a` and `a/b`), a segment has at
 * most 255 bytes, and on a file system that ignores case so do keys. On a file system without hard links `create` stays
 * exclusive, but a reader may see an object while its bytes still come in.
 */
export function localStore(directory: string, options: { runtime?: Runtime } = {}): ObjectStore {
  const { runtime = systemRuntime } = options
  const root = resolve(directory)
  const pathOf = (key: string): string => join(root, ownKey(key))
  const overwrite = { mode: 'overwrite' } as const

  const streamTo = (key: string, signal: AbortSignal | undefined) => {
    const target = pathOf(key)
    return fileWriter({
      begin: () => createTemporary(target, runtime),
      publish: (file) => publish(file, target, { ...overwrite, signal }, { runtime, processes }),
      doing: `writing ${key} in ${root}`,
    })
  }

  return {
    location: formatLocation({ scheme: 'file', path: root }),
    async get(key, { range, signal } = {}) {
      throwIfAborted(signal)
      checkRange(range)
      const path = pathOf(key)
      return await told(`reading ${key} in ${root}`, 'read', () => readObject(path, key, range))
    },
    async head(key, { signal } = {}) {
      throwIfAborted(signal)
      const path = pathOf(key)
      return await told(`looking at ${key} in ${root}`, 'read', async () =>
        metaOf(key, await stat(path, { bigint: true })),
      )
    },
    async put(key, body, putOptions) {
      throwIfAborted(putOptions.signal)
      const target = pathOf(key)
      return await told(`writing ${key} in ${root}`, 'write', () => putObject(target, body, putOptions, runtime))
    },
    putStream(key, { signal } = {}) {
      return streamTo(key, signal)
    },
    async copy(from, to, { signal } = {}) {
      throwIfAborted(signal)
      const source = pathOf(from)
      const writer = streamTo(to, signal)
      try {
        await told(`reading ${from} in ${root}`, 'read', async () => {
          for await (const piece of readPieces(source)) await writer.write(piece)
        })
        await writer.finish()
      } catch (error) {
        await writer.abort()
        throw error
      }
    },
    async *list(listOptions = {}) {
      checkListPrefix(listOptions.prefix ?? '')
      try {
        yield* walk(root, listOptions, runtime)
      } catch (error) {
        throw localFailure(error, `listing "${listOptions.prefix ?? ''}" in ${root}`, 'read')
      }
    },
    async delete(keys, { signal } = {}) {
      const changed = new Set<string>()
      for (const [key, path] of keys.map((key) => [key, pathOf(key)] as const)) {
        throwIfAborted(signal)
        await told(`deleting ${key} in ${root}`, 'write', async () => {
          if (await deleteObject(path, runtime, signal)) changed.add(dirname(path))
        })
      }
      for (const path of changed) await told(`deleting from ${path}`, 'write', () => syncDirectory(path))
    },
  }
}

/** Refuses, beside what is no key, the names that this store gives to files of its own. */
function ownKey(key: string): string {
  checkKey(key)
  if (key.split('/').some((segment) => segment.startsWith(OWN_PREFIX))) {
    throw new DeltaError('invalid-argument', `${key} cannot be a key: names with "${OWN_PREFIX}" are the store's own`)
  }
  return key
}

/** Does the work; a system call that fails becomes an error that says what was being done. */
async function told<T>(doing: string, use: 'read' | 'write', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw localFailure(error, doing, use)
  }
}

async function readObject(path: string, key: string, range: GetOptions['range']): Promise<StoredObject> {
  const handle = await open(path)
  try {
    const meta = metaOf(key, await handle.stat({ bigint: true }))
    const { start, end } = resolveRange(range, meta.size, key)
    return { ...meta, body: await readBytes(handle, start, end) }
  } finally {
    await handle.close()
  }
}

async function putObject(target: string, body: Uint8Array, options: PutOptions, runtime: Runtime): Promise<PutResult> {
  const { mode } = options
  // Asked again under the lock; a stale tag is not worth a file.
  if (typeof mode === 'object' && (await etagAt(target)) !== mode.ifMatch) return { outcome: 'precondition-failed' }
  const file = await createTemporary(target, runtime, options)
  try {
    await file.write(body)
    return await publish(file, target, options, { runtime, processes })
  } finally {
    await file.discard()
  }
}

/** False when there was nothing to delete. */
async function deleteObject(path: string, runtime: Runtime, signal: AbortSignal | undefined): Promise<boolean> {
  if ((await etagAt(path)) === undefined) return false
  try {
    await withLock(path, { runtime, processes, signal }, () => unlink(path))
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}

/** @throws {DeltaError} `not-found` for a directory: it is the beginning of keys, not an object. */
function metaOf(key: string, stats: { ino: bigint; size: bigint; mtimeNs: bigint; isFile(): boolean }): ObjectMeta {
  if (!stats.isFile()) throw new DeltaError('not-found', `there is no object ${key}: a directory has this name`)
  return { key, size: Number(stats.size), etag: etagOf(stats), lastModified: Number(stats.mtimeNs / 1_000_000n) }
}
