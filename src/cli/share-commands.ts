import type { Command } from './command.ts'
import { shareAddTable } from './share-add-table.ts'
import { shareApply } from './share-apply.ts'
import { shareCreate } from './share-create.ts'
import { shareDrop } from './share-drop.ts'
import { shareExport } from './share-export.ts'
import { shareList } from './share-list.ts'
import { shareRemoveTable } from './share-remove-table.ts'
import { shareSchema } from './share-schema.ts'
import { shareSet } from './share-set.ts'
import { shareSetTable } from './share-set-table.ts'
import { shareShow } from './share-show.ts'

export const shareCommands: readonly Command[] = [
  shareCreate,
  shareList,
  shareShow,
  shareSet,
  shareDrop,
  shareAddTable,
  shareSetTable,
  shareRemoveTable,
  shareExport,
  shareApply,
  shareSchema,
]
