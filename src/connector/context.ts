import type { SharePlane } from '../manifest/index.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Deliver } from './deliver.ts'
import type { EventSink } from './event.ts'

/** One connector and everything that its work may use of the world. */
export interface ConnectorContext {
  readonly id: string
  /** The root that holds the connector's objects, its tables and, for the plane in an object store, the manifests. */
  readonly store: ObjectStore
  readonly plane: SharePlane
  readonly runtime: Runtime
  readonly leaseTtl: number | undefined
  /** Told of what went wrong without harm to what is shared. */
  readonly warn: (message: string) => void
  /** Takes the activation link to the recipient's contact. */
  readonly deliver?: Deliver | undefined
  /** Told of what happened. */
  readonly onEvent?: EventSink | undefined
  readonly signal?: AbortSignal | undefined
}
