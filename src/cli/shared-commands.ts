import type { Command } from './command.ts'
import { sharedChanges } from './shared-changes.ts'
import { sharedInfo } from './shared-info.ts'
import { sharedList } from './shared-list.ts'
import { sharedRead } from './shared-read.ts'

export const sharedCommands: readonly Command[] = [sharedList, sharedRead, sharedInfo, sharedChanges]
