import type { Command } from './command.ts'
import { demo } from './demo.ts'
import { recipientActivate } from './recipient-activate.ts'
import { recipientCreate } from './recipient-create.ts'
import { recipientGrant } from './recipient-grant.ts'
import { recipientList } from './recipient-list.ts'
import { recipientRevoke } from './recipient-revoke.ts'
import { recipientRotate } from './recipient-rotate.ts'
import { recipientShow } from './recipient-show.ts'
import { recipientUngrant } from './recipient-ungrant.ts'
import { serve } from './serve.ts'
import { shareAddTable } from './share-add-table.ts'
import { shareCreate } from './share-create.ts'
import { shareDrop } from './share-drop.ts'
import { shareList } from './share-list.ts'
import { shareRemoveTable } from './share-remove-table.ts'
import { shareShow } from './share-show.ts'
import { sharedInfo } from './shared-info.ts'
import { sharedList } from './shared-list.ts'
import { sharedRead } from './shared-read.ts'
import { storeProbe } from './store-probe.ts'
import { tableFiles } from './table-files.ts'
import { tableHistory } from './table-history.ts'
import { tableInfo } from './table-info.ts'
import { tableRead } from './table-read.ts'
import { tableWrite } from './table-write.ts'

interface Noun {
  readonly summary: string
  readonly commands: readonly Command[]
}

/** `deltaquill <noun> <verb>`, in the order of the help. */
export const NOUNS: Readonly<Record<string, Noun>> = {
  table: {
    summary: 'write and read Delta tables',
    commands: [tableWrite, tableRead, tableInfo, tableHistory, tableFiles],
  },
  share: {
    summary: 'what is shared under one name',
    commands: [shareCreate, shareList, shareShow, shareDrop, shareAddTable, shareRemoveTable],
  },
  recipient: {
    summary: 'with whom it is shared',
    commands: [
      recipientCreate,
      recipientList,
      recipientShow,
      recipientRevoke,
      recipientRotate,
      recipientGrant,
      recipientUngrant,
      recipientActivate,
    ],
  },
  shared: {
    summary: 'what a recipient sees, over HTTP',
    commands: [sharedList, sharedRead, sharedInfo],
  },
  store: { summary: 'storage', commands: [storeProbe] },
}

/** Commands without a noun. */
export const COMMANDS: readonly Command[] = [serve, demo]
