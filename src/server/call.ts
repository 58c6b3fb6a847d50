import { DeltaError, messageOf } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { AuditRecord } from './audit-record.ts'
import type { Peer } from './options.ts'

/** One request on its way through the server, and the record that will tell of it. */
export interface Call {
  readonly peer: Peer
  readonly record: AuditRecord
  /** Holds the record back until the returned function is called: for an answer that goes on after its headers. */
  defer(): (error?: unknown) => void
  /** The answer's headers are decided. */
  answered(status: number): void
}

export function openCall(
  request: Request,
  peer: Peer,
  { runtime, records }: { readonly runtime: Runtime; readonly records: (record: AuditRecord) => void },
): Call {
  const begun = runtime.now()
  const record: AuditRecord = {
    time: new Date(begun).toISOString(),
    requestId: runtime.uuid(),
    method: request.method,
    action: 'unknown',
    status: 0,
    durationMs: 0,
    ...(peer.address === undefined ? {} : { address: peer.address }),
    ...userAgentOf(request),
  }
  // The headers, and each part of the answer that was deferred.
  let open = 1
  const close = (): void => {
    if (--open > 0) return
    record.durationMs = runtime.now() - begun
    records(record)
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

const MAX_USER_AGENT = 300

function userAgentOf(request: Request): { userAgent?: string } {
  const userAgent = request.headers.get('user-agent')
  return userAgent === null ? {} : { userAgent: userAgent.slice(0, MAX_USER_AGENT) }
}
