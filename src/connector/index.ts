export type { Finding } from '../manifest/index.ts'
export type { RecordOptions } from '../record/index.ts'
export {
  type ActivityEvent,
  activityEventId,
  activityEventSchema,
  isCustomerVisible,
  parseActivityEvent,
} from './activity.ts'
export { type ActivityLinesOptions, readActivityEvents } from './activity-lines.ts'
export type { Backfilled, BackfillOptions } from './backfill.ts'
export type { BackfilledRun, BackfillProgress, FailedRun, HeldBackRun } from './backfill-tally.ts'
export { type CastProblem, type CastResult, castValue, type Money } from './cast.ts'
export type { CastPolicy, ValuePolicy } from './cast-policy.ts'
export { type CheckedRun, type CheckProblem, checkRun, heldRun } from './check.ts'
export type { CheckAction, Checks } from './checks.ts'
export { type ColumnLayout, columnLayout, type LayoutOptions, type PublishedColumn } from './column-layout.ts'
export {
  type ConnectorConfig,
  type ConnectorNames,
  connectorConfigSchema,
  connectorNames,
  type ParsedConnectorConfig,
  parseConnectorConfig,
} from './config.ts'
export { connectorTemplate, readConnectorConfig } from './config-text.ts'
export { type Connector, type ConnectorOptions, connector } from './connector.ts'
export { type ConnectorRecord, loadConnectorRecord, type Phase } from './connector-record.ts'
export type { Deliver } from './deliver.ts'
export { checkTogether, type Delivery, type DeliveryHead, deliverySchema, parseDelivery } from './delivery.ts'
export type { DeprovisionOptions } from './deprovision.ts'
export type { Drift } from './drift/drift.ts'
export type { Erased, ErasureProof } from './erase.ts'
export type { Erasure, KeyValue } from './erasure.ts'
export type { ConnectorEvent, EventData, EventRun, EventSink, EventType } from './event.ts'
export type { Field } from './field.ts'
export type { HandoffOptions } from './handoff.ts'
export type { Step } from './journal-entry.ts'
export type { LimitName, LimitUse } from './limits.ts'
export type { Maintained, MaintainedTable } from './maintain.ts'
export type { PublishedRun } from './publish/run.ts'
export { sharesOnDatabricks } from './recipient-shape.ts'
export type { ReconcileOptions } from './reconcile.ts'
export {
  type CastFailures,
  type ColumnCount,
  type ReportGatherer,
  type RunReport,
  reportGatherer,
} from './report.ts'
export type { Retracted, Retraction } from './retract.ts'
export type { Rotated, RotateOptions } from './rotate.ts'
export { type ColumnProblem, type PublishedRow, rowCaster } from './row.ts'
export { type RowSource, readRows } from './rows.ts'
export { compareRuns, parseRun, type Run, type RunAge, runAppId } from './run.ts'
export { descriptorHash, parseSchemaDescriptor, type SchemaDescriptor } from './schema-descriptor.ts'
export { type AssignedVersion, assignVersion, type SchemaVersion, type WantedVersion } from './schema-version.ts'
export type { ConnectorStatus, RunStatus, StatusOptions, TableStatus } from './status.ts'
export {
  claimWorkflowName,
  formatLatestTable,
  formatVersionTable,
  METADATA_TABLES,
  type MetadataTable,
  parseTableName,
  type TableName,
  workflowName,
} from './table-name.ts'
export type { Updated } from './update.ts'
export { type WebhookOptions, webhookEvents } from './webhook-events.ts'
export { parseWorkflow, type Workflow } from './workflow.ts'
