import type { Command } from './command.ts'
import { connectorDeprovision } from './connector-deprovision.ts'
import { connectorInit } from './connector-init.ts'
import { connectorProvision } from './connector-provision.ts'
import { connectorPublish } from './connector-publish.ts'
import { connectorRotate } from './connector-rotate.ts'
import { connectorUpdate } from './connector-update.ts'

export const connectorCommands: readonly Command[] = [
  connectorInit,
  connectorProvision,
  connectorPublish,
  connectorUpdate,
  connectorRotate,
  connectorDeprovision,
]
