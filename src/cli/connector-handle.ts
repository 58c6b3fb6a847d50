import { type Connector, type ConnectorOptions, connector } from '../connector/index.ts'
import { required } from './option.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'
import { text } from './value.ts'

/** Where a connector keeps everything: its tables, its journal, and what is shared with whom. */
export const storageRoot = required('location', 'the storage root of the connector', text)

/** A handle on a connector that tells of warnings on stderr. */
export async function connectorAt(
  id: string,
  root: string,
  session: Session,
  options: Pick<ConnectorOptions, 'deliver' | 'plane'> = {},
): Promise<Connector> {
  const { runtime } = session
  const store = await storeAt(root, session)
  const onWarning = (message: string): void => session.note(`warning: ${message}`)
  return connector({ id, store, runtime, onWarning, ...options })
}
