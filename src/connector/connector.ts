import { objectStorePlane, type SharePlane } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { ConnectorConfig } from './config.ts'
import type { ConnectorContext } from './context.ts'
import type { Delivery } from './delivery.ts'
import { type Provisioned, provisionConnector } from './provision.ts'
import { type PublishedRun, publishRun } from './publish/run.ts'

export interface ConnectorOptions {
  readonly id: string
  /** The root that holds what the connector keeps, and its tables. */
  readonly store: ObjectStore
  /** What its share is made on: the manifest in the same store unless given. */
  readonly plane?: SharePlane
  readonly runtime?: Runtime
  /** Milliseconds after which a publisher that does not stir counts as dead: 30 s unless said. */
  readonly leaseTtl?: number
  /** Told of what went wrong without harm to what is shared. Default: nowhere. */
  readonly onWarning?: (message: string) => void
}

/** Publishes the runs of a team's workflows in a share of its own. Any number of handles may do so at once. */
export interface Connector {
  readonly id: string
  provision(config: ConnectorConfig, options?: { readonly signal?: AbortSignal }): Promise<Provisioned>
  /**
   * Publishes a run: exactly once, however often and by however many it is delivered, and whenever one of them dies.
   * Recipients see all of it, or the share as it was before.
   */
  publish(delivery: Delivery, options?: { readonly signal?: AbortSignal }): Promise<PublishedRun>
}

/** A handle on a connector. No request is made. */
export function connector(options: ConnectorOptions): Connector {
  const { id, store, runtime = systemRuntime, leaseTtl, onWarning = () => {} } = options
  const plane = options.plane ?? objectStorePlane(store, { runtime })
  const contextOf = (signal: AbortSignal | undefined): ConnectorContext => {
    return { id, store, plane, runtime, leaseTtl, warn: onWarning, signal }
  }
  return {
    id,
    provision: (config, { signal } = {}) => provisionConnector(contextOf(signal), config),
    publish: (delivery, { signal } = {}) => publishRun(contextOf(signal), delivery),
  }
}
