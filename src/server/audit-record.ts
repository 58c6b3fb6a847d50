/** `denied`: 401 and 403; `rejected`: what else the client did wrong, or too often. */
export type AuditResult = 'success' | 'denied' | 'not_found' | 'rejected' | 'error'

/** What is known of one request when its answer has ended. It holds no token, no code, no signature and no query string. */
export interface AuditRecord {
  /** When the request came: ISO 8601, UTC. */
  readonly time: string
  readonly requestId: string
  /** Empty for what could not be read as a request. */
  readonly method: string
  /** What was asked for: `shares.list`, `table.query`, …; `unknown` where no route fits. */
  action: string
  /** The path that was asked for; of paths that are secrets themselves, which one it is. */
  path?: string
  status: number
  /** How it ended: the status in a word, and `error` too when the answer broke off after its headers. */
  result: AuditResult
  /** Milliseconds until the last byte of the answer. */
  durationMs: number
  /** Where the client is, as far as trusted proxies say. */
  address?: string
  /** The proxy that asked for it, where one is trusted. */
  proxy?: string
  /** What X-Forwarded-For said, whether or not it was believed. */
  forwardedFor?: string
  userAgent?: string
  /** Absent where nobody could be recognised. */
  recipient?: string
  share?: string
  schema?: string
  table?: string
  /** The table version that the answer is about. */
  version?: number
  /** Files named in the answer, and their bytes. */
  files?: number
  bytes?: number
  /** Whether the client sent conditions by which files could be left out, and the limit that it sent. */
  predicateHints?: boolean
  limitHint?: number
  /** What went wrong, for the operator: unlike the answer's text it may name locations. */
  error?: { readonly code: string; readonly message: string }
}

/** Writes into a record what a query says of the rows wanted: that it does, never what. */
export function noteHints(
  record: AuditRecord,
  {
    sqlHints,
    jsonHint,
    limit,
  }: { readonly sqlHints: readonly string[]; readonly jsonHint?: unknown; readonly limit?: number | undefined },
): void {
  if (sqlHints.length > 0 || jsonHint !== undefined) record.predicateHints = true
  if (limit !== undefined) record.limitHint = limit
}
