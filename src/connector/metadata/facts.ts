import type { ColumnLayout } from '../column-layout.ts'
import type { RunReport } from '../report.ts'
import type { Run } from '../run.ts'
import type { SchemaDescriptor } from '../schema-descriptor.ts'
import type { Workflow } from '../workflow.ts'

/** What is known of a run that is to be published: all that the metadata tables tell of it. */
export interface RunFacts {
  readonly workflow: Workflow
  readonly descriptor: SchemaDescriptor
  readonly layout: ColumnLayout
  readonly run: Run
  /** The number of the `WF_<id>__V<n>` that holds its rows. */
  readonly schemaVersion: number
  /** The Delta version of that table that added them. */
  readonly tableVersion: number
  /** What `WF_<id>__LATEST` shows with this run as its newest; null for a run that came after a newer one. */
  readonly latest: LatestTable | null
  readonly report: Pick<RunReport, 'rows' | 'castFailures'>
  /** Of its data files. */
  readonly bytes: number
  readonly isBackfill: boolean
  /** `2026-01-02T03:04:05.123456Z`; runs that are published together have one time. */
  readonly publishedAt: string
}

export interface LatestTable {
  readonly tableVersion: number
  /** Of the whole table, which may show more than one run. */
  readonly rows: number
}
