import { formatJson } from '../../json.ts'
import { type ActivityEvent, activityEventId, publicDetailsOf, workflowOf } from '../activity.ts'
import { type RowOf, tableKind } from './table.ts'
import { textOf } from './text.ts'

const COLUMNS = {
  EVENT_ID: 'string!',
  EVENT_TIME: 'timestamp!',
  TITLE: 'string!',
  EVENT_TYPE: 'string',
  REQUEST_SOURCE: 'string',
  USER_ID: 'string',
  USER_EMAIL: 'string',
  RESOURCE_TYPE: 'string',
  WORKFLOW_ID: 'string',
  RESOURCE_ID: 'string',
  RESOURCE_NAME: 'string',
  DETAILS: 'string',
  INGESTED_AT: 'timestamp',
} as const

export type ActivityRow = RowOf<typeof COLUMNS>

/**
 * `ACTIVITY_LOG`: one row an event. `EVENT_TYPE` is the title where that is a word of Kadoa's (`CREATED`, `DATA_CHANGED`),
 * by which its API filters; null where it is a sentence.
 */
export const ACTIVITY_LOG = tableKind('ACTIVITY_LOG', COLUMNS, ['EVENT_ID'], ['EVENT_TIME', 'EVENT_ID'])

const TYPE = /^[A-Z][A-Z0-9_]*$/

export interface ActivityRowOptions {
  /** Whether the log names the addresses of users, which are personal data; their ids stand in it always. */
  readonly includeUserEmail: boolean
  /** `2026-01-02T03:04:05.123456Z` */
  readonly ingestedAt: string
}

export function activityRow(event: ActivityEvent, options: ActivityRowOptions): ActivityRow {
  const { title, dateTime, source, resource } = event
  const details = publicDetailsOf(event, options)
  return {
    EVENT_ID: activityEventId(event).toWellFormed(),
    EVENT_TIME: dateTime,
    TITLE: title.toWellFormed(),
    EVENT_TYPE: TYPE.test(title) ? title : null,
    REQUEST_SOURCE: textOf(source?.requestSource),
    USER_ID: textOf(source?.userId),
    USER_EMAIL: options.includeUserEmail ? textOf(source?.userEmail) : null,
    RESOURCE_TYPE: textOf(resource?.type),
    WORKFLOW_ID: textOf(workflowOf(event)),
    RESOURCE_ID: textOf(resource?.resourceId),
    RESOURCE_NAME: textOf(resource?.name),
    DETAILS: details === null ? null : formatJson(details),
    INGESTED_AT: options.ingestedAt,
  }
}
