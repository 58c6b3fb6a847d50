import { type ObjectStore, openStore } from '../store/index.ts'
import { required } from './option.ts'
import { locationOf, type Session } from './session.ts'
import { text } from './value.ts'

/** Where the shares and recipients are kept. */
export const rootOption = required('location', 'where shares and recipients are kept', text)

/** The store at a location that was given on the command line. */
export function storeAt(location: string, session: Session): Promise<ObjectStore> {
  return openStore(locationOf(location, session), { runtime: session.runtime, env: session.env })
}

/** What every function of the manifest takes besides its input. */
export function callOptions({ runtime, signal }: Session): { runtime: Session['runtime']; signal: AbortSignal } {
  return { runtime, signal }
}
