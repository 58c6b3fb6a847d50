import type { Command } from './command.ts'
import { shareAddTable } from './share-add-table.ts'
import { shareCreate } from './share-create.ts'
import { shareDrop } from './share-drop.ts'
import { shareList } from './share-list.ts'
import { shareRemoveTable } from './share-remove-table.ts'
import { shareShow } from './share-show.ts'

export const shareCommands: readonly Command[] = [
  shareCreate,
  shareList,
  shareShow,
  shareDrop,
  shareAddTable,
  shareRemoveTable,
]
