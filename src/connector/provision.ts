import { DeltaError } from '../errors.ts'
import type { Invitation } from '../manifest/index.ts'
import { type ConnectorConfig, connectorNames } from './config.ts'
import { CONNECTOR_VERSION, type ConnectorRecord, createConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'

const DAY = 86_400_000

/** A connector that is set up, and the link by which its recipient gets in, once. A secret until then. */
export interface Provisioned {
  readonly record: ConnectorRecord
  readonly invitation: Invitation
}

/**
 * Sets up what a connector publishes on: a share of its own without tables, a recipient of its own, and the grant.
 * @throws {DeltaError} `already-exists`; `unsupported` for a recipient on Databricks, which takes another plane.
 */
export async function provisionConnector(context: ConnectorContext, config: ConnectorConfig): Promise<Provisioned> {
  const { plane, store, id, runtime } = context
  const { recipient: terms } = config
  if (terms.mode !== 'token') {
    throw new DeltaError(
      'unsupported',
      `connector ${id} cannot be provisioned: this plane has no recipients on Databricks`,
      {
        feature: 'databricks',
      },
    )
  }
  const { share: shareName, recipient, schema } = connectorNames(config)
  const share = await plane.createShare({ name: shareName })
  const invitation = await plane.createRecipient({
    name: recipient,
    expiresIn: terms.lifetimeDays * DAY,
    allowedIps: terms.ipAllowList,
  })
  await plane.grantShare({ recipient, share: shareName })
  const record: ConnectorRecord = {
    connectorVersion: CONNECTOR_VERSION,
    id,
    config,
    share: { name: share.name, id: share.id },
    recipient,
    schema,
    phase: 'verified-empty',
    delivery: 'undelivered',
    eraseEpoch: 0,
    createdAt: new Date(runtime.now()).toISOString(),
  }
  await createConnectorRecord(store, record, context)
  return { record, invitation }
}
