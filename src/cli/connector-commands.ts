import type { Command } from './command.ts'
import { connectorBackfill } from './connector-backfill.ts'
import { connectorDeprovision } from './connector-deprovision.ts'
import { connectorErase } from './connector-erase.ts'
import { connectorHandoff } from './connector-handoff.ts'
import { connectorInit } from './connector-init.ts'
import { connectorMaintain } from './connector-maintain.ts'
import { connectorProvision } from './connector-provision.ts'
import { connectorPublish } from './connector-publish.ts'
import { connectorReconcile } from './connector-reconcile.ts'
import { connectorRetract } from './connector-retract.ts'
import { connectorRotate } from './connector-rotate.ts'
import { connectorStatus } from './connector-status.ts'
import { connectorUpdate } from './connector-update.ts'
import { connectorVerify } from './connector-verify.ts'

export const connectorCommands: readonly Command[] = [
  connectorInit,
  connectorProvision,
  connectorPublish,
  connectorBackfill,
  connectorStatus,
  connectorVerify,
  connectorReconcile,
  connectorMaintain,
  connectorHandoff,
  connectorUpdate,
  connectorRetract,
  connectorErase,
  connectorRotate,
  connectorDeprovision,
]
