import { DeltaError, messageOf } from '../errors.ts'
import { harmless } from '../harmless.ts'
import type { Runtime } from '../runtime.ts'
import type { AuditRecord, AuditResult } from './audit-record.ts'
import type { HttpRequest } from './http.ts'
import type { Peer } from './options.ts'

/** One request on its way through the server, and the record that will tell of it. */
export interface Call {
  readonly peer: Peer
  readonly record: AuditRecord
  /** Holds the record back until the returned function is called: for an answer that goes on after its headers. */
  defer(): (error?: unknown) => void
  /** Calls back when the answer has ended, however it did. */
  whenEnded(callback: () => void): void
  /** The answer's headers are decided. */
  answered(status: number): void
}

/** @param peer who asks; `proxy` is the address that the socket knows, where that is another. */
export function openCall(
  request: HttpRequest,
  peer: Peer,
  proxy: string | undefined,
  { runtime, records }: { readonly runtime: Runtime; readonly records: (record: AuditRecord) => void },
): Call {
  const begun = runtime.now()
  const forwardedFor = headerOf(request, 'x-forwarded-for')
  const userAgent = headerOf(request, 'user-agent')
  const record: AuditRecord = {
    time: new Date(begun).toISOString(),
    requestId: runtime.uuid(),
    method: request.method,
    action: 'unknown',
    status: 0,
    result: 'error',
    durationMs: 0,
  }
  if (peer.address !== undefined) record.address = peer.address
  if (proxy !== undefined && proxy !== peer.address) record.proxy = proxy
  if (forwardedFor !== undefined) record.forwardedFor = forwardedFor
  if (userAgent !== undefined) record.userAgent = userAgent
  const callbacks: (() => void)[] = []
  // The headers, and each part of the answer that was deferred.
  let open = 1
  const close = (): void => {
    if (--open > 0) return
    record.durationMs = runtime.now() - begun
    record.result = resultOf(record)
    for (const callback of callbacks) callback()
    harmless(records)(record)
  }
  return {
    peer,
    record,
    defer() {
      open++
      return (error) => {
        if (error !== undefined) noteError(record, error)
        close()
      }
    },
    whenEnded: (callback) => void callbacks.push(callback),
    answered(status) {
      record.status = status
      close()
    },
  }
}

/** Writes what went wrong into the record, with everything that caused it. */
export function noteError(record: AuditRecord, error: unknown): void {
  const messages: string[] = []
  for (
    let link = error;
    link !== undefined && messages.length < 5;
    link = link instanceof Error ? link.cause : undefined
  ) {
    messages.push(messageOf(link))
  }
  record.error = { code: error instanceof DeltaError ? error.code : 'internal', message: messages.join(': ') }
}

function resultOf({ status, error }: AuditRecord): AuditResult {
  if (status >= 500) return 'error'
  if (status === 401 || status === 403) return 'denied'
  if (status === 404) return 'not_found'
  if (status >= 400) return 'rejected'
  return error === undefined ? 'success' : 'error'
}

/** Longest text of a header that is recorded. */
const MAX_HEADER = 300

function headerOf(request: HttpRequest, name: string): string | undefined {
  return request.headers.get(name)?.slice(0, MAX_HEADER)
}
