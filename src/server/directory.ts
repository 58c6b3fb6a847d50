import { foundOrNone } from '../errors.ts'
import { findRecipient, foldName, loadShare, type Recipient, type Share } from '../manifest/index.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { singleFlight } from './single-flight.ts'

/**
 * Recipients and shares as they were at most `authCache` milliseconds ago. Only good news is believed from memory: an
 * entry that does not satisfy the caller is read anew, so that a new token, grant or table works at once everywhere; a
 * revocation, a list of tables and the version that a share pins can take as long as `authCache`.
 */
export interface Directory {
  recipient(name: string, satisfies: (recipient: Recipient) => boolean): Promise<Recipient | undefined>
  share(name: string, satisfies: (share: Share) => boolean): Promise<Share | undefined>
}

/** Entries kept at most; beyond that the oldest reading goes. */
const MAX_ENTRIES = 1000

export function manifestDirectory(
  store: ObjectStore,
  { runtime, authCache }: { readonly runtime: Runtime; readonly authCache: number },
): Directory {
  const recipients = recentlyRead((name) => findRecipient(store, name), runtime, authCache)
  const shares = recentlyRead((name) => foundOrNone(loadShare(store, name)), runtime, authCache)
  return { recipient: recipients, share: shares }
}

function recentlyRead<T>(
  read: (name: string) => Promise<T | undefined>,
  runtime: Runtime,
  lifetime: number,
): (name: string, satisfies: (value: T) => boolean) => Promise<T | undefined> {
  const entries = new Map<string, { readonly value: T; readonly readAt: number }>()
  const once = singleFlight<T | undefined>()

  const readAnew = async (key: string): Promise<T | undefined> => {
    const readAt = runtime.now()
    const value = await read(key)
    entries.delete(key)
    if (value !== undefined && lifetime > 0) entries.set(key, { value, readAt })
    const oldest = entries.keys().next()
    if (entries.size > MAX_ENTRIES && !oldest.done) entries.delete(oldest.value)
    return value
  }
  return async (name, satisfies) => {
    const key = foldName(name)
    const entry = entries.get(key)
    if (entry && runtime.now() - entry.readAt < lifetime && satisfies(entry.value)) return entry.value
    return once(key, () => readAnew(key))
  }
}
