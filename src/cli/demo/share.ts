import { isDeltaError } from '../../errors.ts'
import {
  addTable,
  createRecipient,
  createShare,
  findTable,
  grantShare,
  type Invitation,
  loadShare,
  removeTable,
  rotateRecipient,
} from '../../manifest/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { callOptions } from '../root.ts'
import type { Session } from '../session.ts'

const SHARE = 'demo'
const TABLE = { schema: 'weather', name: 'seattle' }
const RECIPIENT = 'demo-recipient'

/** What recipients call the table. */
export const SHARED_TABLE = `${SHARE}.${TABLE.schema}.${TABLE.name}`

/** Shows the table in the share and lets the recipient read it: what an earlier run left stays, its tokens end. */
export async function shareDemo(root: ObjectStore, location: string, session: Session): Promise<Invitation> {
  const options = callOptions(session)
  await unlessThere(() => createShare(root, { name: SHARE, comment: 'a sample' }, options))
  await showTable(root, location, session)
  const invitation =
    (await unlessThere(() => createRecipient(root, { name: RECIPIENT }, options))) ??
    (await rotateRecipient(root, { name: RECIPIENT, overlap: 0 }, options))
  await grantShare(root, { recipient: RECIPIENT, share: SHARE }, options)
  return invitation
}

async function showTable(root: ObjectStore, location: string, session: Session): Promise<void> {
  const options = callOptions(session)
  const table = { share: SHARE, ...TABLE, location }
  const shown = findTable(await loadShare(root, SHARE, options), TABLE)
  if (shown?.location === location) return
  // The directory was moved since.
  if (shown !== undefined) await removeTable(root, table, options)
  await addTable(root, table, options)
}

async function unlessThere<T>(create: () => Promise<T>): Promise<T | undefined> {
  try {
    return await create()
  } catch (error) {
    if (isDeltaError(error, 'already-exists')) return undefined
    throw error
  }
}
