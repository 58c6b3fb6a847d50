import type { Command } from './command.ts'
import { recipientActivate } from './recipient-activate.ts'
import { recipientCreate } from './recipient-create.ts'
import { recipientDrop } from './recipient-drop.ts'
import { recipientGrant } from './recipient-grant.ts'
import { recipientLeaked } from './recipient-leaked.ts'
import { recipientList } from './recipient-list.ts'
import { recipientRevoke } from './recipient-revoke.ts'
import { recipientRotate } from './recipient-rotate.ts'
import { recipientSet } from './recipient-set.ts'
import { recipientShow } from './recipient-show.ts'
import { recipientUngrant } from './recipient-ungrant.ts'

export const recipientCommands: readonly Command[] = [
  recipientCreate,
  recipientList,
  recipientShow,
  recipientSet,
  recipientRotate,
  recipientLeaked,
  recipientRevoke,
  recipientDrop,
  recipientGrant,
  recipientUngrant,
  recipientActivate,
]
