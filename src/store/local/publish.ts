import { type FileHandle, link, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { throwIfAborted } from '../../errors.ts'
import type { Runtime } from '../../runtime.ts'
import type { PutOptions, PutResult } from '../object-store.ts'
import { errnoOf } from './failure.ts'
import { etagOf, flush, syncDirectory, type Temporary } from './file.ts'
import { type Processes, withLock } from './lock.ts'

/** File systems without hard links say so in one of these ways. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

export interface PublishContext {
  readonly runtime: Runtime
  readonly processes: Processes
}

/**
 * Gives a written file its name at `target`: the moment at which the object appears, whole. Durable when it resolves.
 * `create` is exclusive between all processes; `ifMatch` and `overwrite` take turns under a lock.
 */
export async function publish(
  file: Temporary,
  target: string,
  { mode, signal }: PutOptions,
  context: PublishContext,
): Promise<PutResult> {
  const sealed = await file.seal()
  throwIfAborted(signal)
  const etag =
    mode === 'create'
      ? await linkNew(file.path, sealed, target, context.runtime)
      : await withLock(target, { ...context, signal }, async () => {
          if (typeof mode === 'object' && (await etagAt(target)) !== mode.ifMatch) return undefined
          await rename(file.path, target)
          return sealed
        })
  if (etag === undefined) return { outcome: 'precondition-failed' }
  try {
    await syncDirectory(dirname(target))
    return { outcome: 'written', etag }
  } catch (cause) {
    // It is there for everybody to see, but a power cut may yet take it back.
    return { outcome: 'unknown', cause }
  }
}

/** The ETag of the object at a path; undefined where none is. */
export async function etagAt(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path, { bigint: true })
    return stats.isFile() ? etagOf(stats) : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * A hard link to a name that exists fails, where a rename would replace. Resolves to the ETag under the new name, or to
 * undefined when the name was taken.
 */
async function linkNew(path: string, etag: string, target: string, runtime: Runtime): Promise<string | undefined> {
  try {
    await link(path, target)
    return etag
  } catch (error) {
    const errno = errnoOf(error) ?? ''
    if (errno === 'EEXIST') return undefined
    if (!NO_HARD_LINKS.has(errno)) throw error
    return await copyNew(path, target, runtime)
  }
}

/** Where there are no hard links: exclusive as well, but a reader may see the file while its bytes still come in. */
async function copyNew(path: string, target: string, runtime: Runtime): Promise<string | undefined> {
  const bytes = await readFile(path)
  let handle: FileHandle
  try {
    handle = await open(target, 'wx', (await stat(path)).mode)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined
    throw error
  }
  try {
    await handle.writeFile(bytes)
    return await flush(handle, runtime)
  } catch (error) {
    await unlink(target)
    throw error
  } finally {
    await handle.close()
  }
}
