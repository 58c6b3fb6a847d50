import { DeltaError, isDeltaError } from '../errors.ts'
import { checkAddress, type Share, type TableEntry } from '../manifest/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { hasLiveToken } from './authenticate.ts'
import { type ByteRange, parseRange } from './byte-range.ts'
import type { Call } from './call.ts'
import { grantedShare } from './catalog.ts'
import { type FileTicket, parseTicket } from './file-link.ts'
import { type Answer, type AnswerHeaders, answerOf, type HttpRequest } from './http.ts'
import { partitionFilterId } from './partition-filter.ts'
import type { Service } from './service.ts'
import { primed } from './stream.ts'

/** Bytes read from the store at a time; a download holds some of these in memory, however slowly its client reads. */
const CHUNK_BYTES = 256 * 1024

/**
 * Answers a file URL of our own: with the one file that it was signed for, whole or the range asked for, as long as the
 * recipient still has a live token and no leak has been told since, it may still see the share, and the share still shows the table.
 * @throws {DeltaError} `permission-denied` for a URL that is not or no longer good, `not-found` for a file or table that
 * is gone.
 */
export async function answerTicket(
  service: Service,
  call: Call,
  request: HttpRequest,
  signed: string,
): Promise<Answer> {
  const now = service.runtime.now()
  const ticket = parseTicket(signed, await service.signingKeys(), now)
  call.record.recipient = ticket.recipient
  call.record.share = ticket.share
  const recipient = await service.directory.recipient(ticket.recipient, (known) => hasLiveToken(known, now))
  if (recipient === undefined || !hasLiveToken(recipient, now)) throw noLongerGood()
  if (recipient.id !== ticket.recipientId) throw noLongerGood()
  if ((recipient.leaks?.length ?? 0) !== (ticket.leaks ?? 0)) throw noLongerGood()
  checkAddress(recipient, call.peer.address)
  const find = (share: Share): TableEntry | undefined => share.tables.find((table) => table.id === ticket.tableId)
  const share = await grantedShare(service.directory, recipient, ticket, (known) => find(known) !== undefined)
  const entry = find(share)
  if (entry === undefined || partitionFilterId(entry) !== ticket.filter) throw noLongerGood()
  call.record.schema = entry.schema
  call.record.table = entry.name
  return answerFile(call, request, await service.snapshots.store(entry.location), ticket)
}

async function answerFile(
  call: Call,
  request: HttpRequest,
  store: ObjectStore,
  { key, size: told }: FileTicket,
): Promise<Answer> {
  const size = told ?? (await sizeOf(store, key))
  const range = parseRange(request.headers.get('range'), size)
  const headers: AnswerHeaders = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    'content-type': 'application/octet-stream',
  }
  if (range === 'unsatisfiable') {
    headers['content-range'] = `bytes */${size}`
    return answerOf(null, { status: 416, headers })
  }
  const bytes = range ?? { start: 0, end: size }
  headers['content-length'] = String(bytes.end - bytes.start)
  if (range !== undefined) headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${size}`
  const status = range === undefined ? 200 : 206
  if (request.method === 'HEAD') return answerOf(null, { status, headers })
  const chunks = await primed(readChunks(store, key, bytes))
  call.record.bytes = bytes.end - bytes.start
  return answerOf({ chunks, onEnd: call.defer() }, { status, headers })
}

async function* readChunks(
  store: ObjectStore,
  key: string,
  { start, end }: ByteRange,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    yield await readChunk(store, key, { start: at, end: Math.min(at + CHUNK_BYTES, end) })
  }
}

async function sizeOf(store: ObjectStore, key: string): Promise<number> {
  return (await store.head(key).catch(notThereAnyMore)).size
}

async function readChunk(store: ObjectStore, key: string, range: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = await store.get(key, { range }).catch(notThereAnyMore)
  // The size that the log tells is promised in the headers: a client would wait for the bytes that are not there.
  if (body.length === range.end - range.start) return body
  throw new DeltaError(
    'invalid-data',
    `${store.location}/${key} is shorter than the log says: bytes ${range.start} to ${range.end} should be there, and ${body.length} of them are`,
  )
}

function notThereAnyMore(cause: unknown): never {
  if (!isDeltaError(cause, 'not-found')) throw cause
  throw new DeltaError('not-found', 'this data file is not there any more: query the table again', { cause })
}

function noLongerGood(): DeltaError {
  return new DeltaError('permission-denied', 'this URL is no longer good: query the table again for a fresh one')
}
