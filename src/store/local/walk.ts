import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfAborted } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import { compareKeys, isKey } from '../key.ts'
import type { ListOptions, ObjectMeta } from '../object-store.ts'
import { errnoOf } from './failure.ts'
import { etagOf, OWN_PREFIX } from './file.ts'

/** Files whose size is asked for at the same time. */
const BATCH = 64
/** A file that was begun and never got its name is removed by the first listing that finds it this old: one day. */
const ABANDONED_AFTER = 24 * 60 * 60 * 1000

type Found = { readonly key: string; readonly path: string; readonly isDirectory: boolean }

/**
 * The files under `root` as objects, in UTF-8 byte order of their keys. Directories are read as they are reached, so
 * that the first files come at once; what cannot match `prefix`, `startAfter` and `delimiter` is never read.
 */
export async function* walk(root: string, options: ListOptions, runtime: Runtime): AsyncGenerator<ObjectMeta> {
  const folder = (options.prefix ?? '').replace(/[^/]*$/, '')
  yield* walkDirectory(join(root, folder), folder, options, runtime)
}

async function* walkDirectory(
  directory: string,
  folder: string,
  options: ListOptions,
  runtime: Runtime,
): AsyncGenerator<ObjectMeta> {
  const { prefix = '', startAfter, delimiter, signal } = options
  throwIfAborted(signal)
  const found = (await readDirectory(directory, folder, runtime)).filter(
    ({ key, isDirectory }) =>
      (key.startsWith(prefix) || (isDirectory && `${key}/`.startsWith(prefix))) &&
      !(isDirectory && delimiter !== undefined) &&
      (startAfter === undefined || mayComeAfter(key, isDirectory, startAfter)),
  )
  for (let i = 0; i < found.length; ) {
    const entry = found[i]
    if (entry?.isDirectory) {
      yield* walkDirectory(entry.path, `${entry.key}/`, options, runtime)
      i++
      continue
    }
    throwIfAborted(signal)
    const batch = filesFrom(found, i)
    for (const meta of await Promise.all(batch.map(metaOf))) if (meta !== undefined) yield meta
    i += batch.length
  }
}

function filesFrom(found: readonly Found[], start: number): Found[] {
  const batch: Found[] = []
  for (let i = start; i < found.length && batch.length < BATCH; i++) {
    const entry = found[i]
    if (entry === undefined || entry.isDirectory) break
    batch.push(entry)
  }
  return batch
}

/** A directory stands for all keys that begin with its name and a slash. */
function mayComeAfter(key: string, isDirectory: boolean, startAfter: string): boolean {
  if (!isDirectory) return compareKeys(key, startAfter) > 0
  return compareKeys(`${key}/`, startAfter) > 0 || startAfter.startsWith(`${key}/`)
}

/** The entries of a directory in the order of the keys under them: a directory sorts as its name with a slash. */
async function readDirectory(directory: string, folder: string, runtime: Runtime): Promise<Found[]> {
  const found: Found[] = []
  for (const entry of await entriesOf(directory)) {
    const path = join(directory, entry.name)
    if (entry.name.startsWith(OWN_PREFIX)) {
      await sweep(path, runtime)
      continue
    }
    const key = folder + entry.name
    if (!isKey(key)) continue
    const isDirectory = entry.isSymbolicLink() ? await leadsToDirectory(path) : entry.isDirectory()
    if (isDirectory !== undefined) found.push({ key, path, isDirectory })
  }
  const sortKey = ({ key, isDirectory }: Found): string => (isDirectory ? `${key}/` : key)
  return found.sort((a, b) => compareKeys(sortKey(a), sortKey(b)))
}

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true })
  } catch (error) {
    // No such directory, or a file: nothing is under it.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return []
    throw error
  }
}

async function leadsToDirectory(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return undefined
  }
}

async function metaOf({ key, path }: Found): Promise<ObjectMeta | undefined> {
  try {
    const stats = await stat(path, { bigint: true })
    if (!stats.isFile()) return undefined
    return { key, size: Number(stats.size), etag: etagOf(stats), lastModified: Number(stats.mtimeNs / 1_000_000n) }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Removes what a killed writer left behind. A writer at work touches its file, so it is never this old. */
async function sweep(path: string, runtime: Runtime): Promise<void> {
  try {
    if (runtime.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER) await rm(path)
  } catch {
    // Gone already, or not ours to remove.
  }
}
