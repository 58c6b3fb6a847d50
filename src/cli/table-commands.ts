import type { Command } from './command.ts'
import { tableChanges } from './table-changes.ts'
import { tableCheckpoint } from './table-checkpoint.ts'
import { tableDelete } from './table-delete.ts'
import { tableFiles } from './table-files.ts'
import { tableHistory } from './table-history.ts'
import { tableInfo } from './table-info.ts'
import { tableMerge } from './table-merge.ts'
import { tableOptimize } from './table-optimize.ts'
import { tableRead } from './table-read.ts'
import { tableRestore } from './table-restore.ts'
import { tableUpdate } from './table-update.ts'
import { tableVacuum } from './table-vacuum.ts'
import { tableWrite } from './table-write.ts'

export const tableCommands: readonly Command[] = [
  tableWrite,
  tableRead,
  tableInfo,
  tableHistory,
  tableFiles,
  tableChanges,
  tableDelete,
  tableUpdate,
  tableMerge,
  tableRestore,
  tableOptimize,
  tableVacuum,
  tableCheckpoint,
]
