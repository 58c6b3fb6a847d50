import { openTable, type Table } from '../table/index.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'
import { type VersionChoice, versionChoice } from './version-options.ts'

/** The table at a location of the command line, in the state that its options choose. */
export async function openVersion(location: string, choice: VersionChoice, session: Session): Promise<Table> {
  const { runtime, signal } = session
  const onWarning = (message: string): void => session.note(`warning: ${message}`)
  const store = await storeAt(location, session)
  return openTable(location, { store, runtime, signal, onWarning, ...versionChoice(choice) })
}

/** The table at a location of the command line, as it is now. */
export function openNewest(location: string, session: Session): Promise<Table> {
  return openVersion(location, { version: undefined, timestamp: undefined }, session)
}
