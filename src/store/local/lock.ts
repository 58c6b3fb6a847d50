import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { sha256 } from '#hash'
import { throwIfAborted } from '../../errors.ts'
import { hex } from '../../hex.ts'
import type { Runtime } from '../../runtime.ts'
import { errnoOf } from './failure.ts'
import { OWN_PREFIX } from './file.ts'

/** How long the same holder is waited for before its lock counts as left behind, in milliseconds. */
const PATIENCE = 30_000
/** Naps between two looks at a lock, in milliseconds: the limit begins here, doubles with each … */
const FIRST_NAP = 4
/** … and ends here. The work under a lock takes a few system calls. */
const LONGEST_NAP = 250
/** The disk is full, or what the user may have of it. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT'])

/** Who runs here, and whether somebody else still does; from the process, which only `local.ts` may look at. */
export interface Processes {
  readonly id: number
  isAlive(id: number): boolean
}

export interface LockContext {
  readonly runtime: Runtime
  readonly processes: Processes
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `work` while no other process replaces or deletes the file `target`: a file system can compare and swap only
 * under a lock. The lock is a file beside the target that exists from first to last.
 *
 * A holder that was killed leaves it behind. It is taken away at once when its process on this host is gone, else after
 * the same holder was met for 30 s. The limit of this: a holder that is alive, but stopped for longer than that between
 * its check and its rename (a few system calls apart), can overwrite one later change.
 *
 * @throws {DeltaError} `aborted` while waiting.
 */
export async function withLock<T>(target: string, context: LockContext, work: () => Promise<T>): Promise<T> {
  const path = lockPath(target)
  const ticket = await acquire(path, context)
  try {
    return await work()
  } finally {
    await release(path, ticket)
  }
}

/** Resolves to what stands in the lock once it is ours. */
async function acquire(path: string, context: LockContext): Promise<string> {
  const { runtime, processes, signal } = context
  const ticket = `${hostname()} ${processes.id} ${runtime.uuid()}`
  let met = { holder: '', waited: 0, limit: FIRST_NAP }
  for (;;) {
    const written = await tryCreate(path, ticket)
    if (written !== undefined) return written
    throwIfAborted(signal)
    const holder = await holderOf(path)
    if (holder === undefined) continue
    if (holder !== met.holder) met = { holder, waited: 0, limit: FIRST_NAP }
    if (isGone(holder, processes) || met.waited > PATIENCE) {
      await takeAway(path, holder, context)
      continue
    }
    const nap = 1 + runtime.random() * met.limit
    met.waited += nap
    met.limit = Math.min(LONGEST_NAP, met.limit * 2)
    await runtime.sleep(nap, signal)
  }
}

/** Never fails: the work is done. Somebody else's lock stays, if ours was taken away meanwhile. */
async function release(path: string, ticket: string): Promise<void> {
  try {
    if ((await holderOf(path)) === ticket) await unlink(path)
  } catch {
    // The others find out that its process is gone, or wait.
  }
}

function lockPath(target: string): string {
  // A digest, because the name with anything added could be longer than a name may be.
  return join(dirname(target), `${OWN_PREFIX}${digestOf(basename(target))}.lock`)
}

function digestOf(text: string): string {
  return hex(sha256(text).subarray(0, 16))
}

/**
 * Resolves to what was written into the lock, undefined when somebody holds it. On a full disk that is nothing: an empty
 * lock locks as well, and deleting, which makes room, has to go on.
 */
async function tryCreate(path: string, ticket: string): Promise<string | undefined> {
  let handle: FileHandle
  try {
    handle = await open(path, 'wx')
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined
    throw error
  }
  try {
    await handle.writeFile(ticket)
    return ticket
  } catch (error) {
    if (NO_ROOM.has(errnoOf(error) ?? '')) return ''
    await unlink(path)
    throw error
  } finally {
    await handle.close()
  }
}

/** What stands in the lock; undefined when it was released meanwhile. */
async function holderOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function isGone(holder: string, processes: Processes): boolean {
  const [host, id] = holder.split(' ')
  return host === hostname() && id !== undefined && !processes.isAlive(Number(id))
}

/**
 * Takes the lock of `holder` away. Of all who find it only one may do that at a time, decided by a lock of its own: else
 * the second would take away the lock that the first has put up meanwhile, and two would work at once.
 */
async function takeAway(path: string, holder: string, context: LockContext): Promise<void> {
  await withLock(join(dirname(path), digestOf(holder)), context, async () => {
    if ((await holderOf(path)) === holder) await unlinkIfThere(path)
  })
}

/** A living holder may still release it in the last moment. */
async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}
