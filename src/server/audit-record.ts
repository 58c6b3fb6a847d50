/** What is known of one request when its answer has ended. It holds no token, no code, no signature and no query string. */
export interface AuditRecord {
  /** When the request came: ISO 8601, UTC. */
  readonly time: string
  readonly requestId: string
  readonly method: string
  /** What was asked for: `shares.list`, `table.query`, …; `unknown` where no route fits. */
  action: string
  status: number
  /** Milliseconds until the last byte of the answer. */
  durationMs: number
  address?: string
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
  /** What went wrong, for the operator: unlike the answer's text it may name locations. */
  error?: { readonly code: string; readonly message: string }
}
