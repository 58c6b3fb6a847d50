import { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { formatSignedText, parseSignedText } from '../wire/index.ts'

/** One file of a table for one recipient, as a URL that we serve ourselves names it. */
export interface FileTicket {
  readonly recipient: string
  /** Whoever has that name later is somebody else. */
  readonly recipientId: string
  /** Leaks that the recipient had had: one more, and the URL is not good any longer. */
  readonly leaks?: number
  readonly share: string
  readonly tableId: string
  /** Key in the table's store. */
  readonly key: string
  /** Bytes of the file, where the log tells them. */
  readonly size?: number
  /** The partition filter that let the file pass. */
  readonly filter?: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export const FILES_PATH = '/files/'
const PURPOSE = 'file'

/**
 * Clients on delta-kernel-rs take a URL for presigned only if its query has a key that they know, and else for an object
 * store of their own; `sp` is the one of Azure's signatures.
 */
const PRESIGNED_MARK = '?sp=r'

/** Where a file can be fetched, and until when: milliseconds since 1970. */
export interface FileLink {
  readonly url: string
  readonly expiresAt: number
}

/**
 * A link to one data file: the store's own presigned URL where it can sign, else one that this server answers. The
 * latter names the table by its id, never by its location.
 */
export async function linkFile(
  store: ObjectStore,
  ticket: FileTicket,
  {
    base,
    runtime,
    signingKeys,
  }: {
    /** URL of this server as recipients reach it, without a trailing slash. */
    readonly base: string
    readonly runtime: Runtime
    readonly signingKeys: () => Promise<readonly string[]>
  },
): Promise<FileLink> {
  if (store.presigner !== undefined) {
    return store.presigner.presignGet(ticket.key, { expiresIn: ticket.expiresAt - runtime.now() })
  }
  const [signingKey = ''] = await signingKeys()
  const signed = formatSignedText(signingKey, PURPOSE, JSON.stringify(ticket))
  return { url: `${base}${FILES_PATH}${signed}${PRESIGNED_MARK}`, expiresAt: ticket.expiresAt }
}

/**
 * The ticket in a URL of ours.
 * @throws {DeltaError} `permission-denied` for a signature that is not ours and for one that has expired.
 */
export function parseTicket(signed: string, signingKeys: readonly string[], now: number): FileTicket {
  const text = parseSignedText(signingKeys, PURPOSE, signed)
  // Whatever bears our signature has the shape that we gave it.
  const ticket = text === undefined ? undefined : (JSON.parse(text) as FileTicket)
  if (ticket !== undefined && ticket.expiresAt > now) return ticket
  throw new DeltaError(
    'permission-denied',
    ticket === undefined
      ? 'the signature of this URL is not valid: query the table again for a fresh one'
      : 'this URL has expired: query the table again for a fresh one',
  )
}
