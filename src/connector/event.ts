import type { ErrorProblem } from '../errors.ts'

/** What a run was that is told of. */
export interface EventRun {
  readonly workflowId: string
  readonly workflowName: string
  readonly runId: string
  readonly jobId: string | null
}

/** What is told of each type of event, besides its id and its connector: counts and names, no value of a row, no secret. */
export interface EventData {
  /** A run is shared. Runs that were brought in from the past are told of together, by the events of the backfill. */
  readonly workflow_export_completed: EventRun & {
    readonly state: 'FINISHED'
    readonly startedAt: string | null
    readonly finishedAt: string
    readonly records: number
    readonly schemaVersion: number
    /** In the share. */
    readonly table: string
    readonly generation: number
  }
  /** A run was held back by the checks: what is shared is as it was. */
  readonly workflow_failed: EventRun & {
    readonly source: 'connector'
    readonly reason: string
    /** What to do about it. */
    readonly action: string
    readonly problems: readonly ErrorProblem[]
  }
  /** `expiresAt` of its first token; null where it shows none. */
  readonly connector_recipient_created: { readonly recipient: string; readonly expiresAt: string | null }
  readonly connector_grant_added: { readonly recipient: string; readonly share: string }
  /** The link was handed over: to whom, never the link. A recipient on Databricks needs none: then to which metastore. */
  readonly connector_activation_delivered: { readonly recipient: string; readonly contact: string }
  readonly connector_token_rotated: {
    readonly recipient: string
    /** Until when the new token is good. */
    readonly expiresAt: string
    /** Milliseconds that the old ones lived on. */
    readonly overlap: number
  }
  /** The access of the recipient ends: told once 30 days, 7 days and 1 day before that. */
  readonly connector_access_ending: {
    readonly recipient: string
    readonly expiresAt: string
    readonly withinDays: 30 | 7 | 1
  }
  readonly connector_updated: {
    readonly generation: number
    /** Tables that joined and left the share. */
    readonly added: readonly string[]
    readonly removed: readonly string[]
  }
  readonly connector_deprovisioned: { readonly share: string; readonly recipient: string; readonly purged: boolean }
  /** `WF_<id>__LATEST` has the columns of another version from now on. */
  readonly connector_latest_switched: {
    readonly workflowId: string
    readonly from: number
    readonly to: number
    readonly runId: string | null
    readonly generation: number
  }
  readonly connector_backfill_started: { readonly workflowId: string | null; readonly runs: number | null }
  readonly connector_backfill_finished: {
    readonly workflowId: string | null
    readonly runs: number
    readonly records: number
    readonly generation: number
  }
  /** What was about to be shared did not pass, and is not. */
  readonly connector_verification_failed: { readonly workflowId: string | null; readonly reason: string }
  readonly connector_run_retracted: { readonly workflowId: string; readonly runId: string; readonly generation: number }
  readonly connector_rows_erased: {
    readonly workflowId: string | null
    readonly records: number
    readonly generation: number
  }
}

export type EventType = keyof EventData

/** Kadoa's envelope. Delivered once or more: `data.eventId` is the same each time. */
export type ConnectorEvent = {
  readonly [T in EventType]: {
    readonly eventType: T
    readonly timestamp: string
    readonly data: { readonly eventId: string; readonly connectorId: string } & EventData[T]
  }
}[EventType]

/** Takes an event; resolves once it is where it is to be. */
export type EventSink = (event: ConnectorEvent) => Promise<void>
