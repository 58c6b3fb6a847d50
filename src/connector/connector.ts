import { harmless } from '../harmless.ts'
import { type Finding, objectStorePlane, type SharePlane } from '../manifest/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { type Backfilled, type BackfillOptions, backfillRuns } from './backfill.ts'
import type { ConnectorConfig } from './config.ts'
import type { ConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import type { Deliver } from './deliver.ts'
import { type Delivery, takeDelivery } from './delivery.ts'
import { type DeprovisionOptions, deprovisionConnector } from './deprovision.ts'
import type { Drift } from './drift/drift.ts'
import { type Erased, eraseRows } from './erase.ts'
import type { Erasure } from './erasure.ts'
import type { EventSink } from './event.ts'
import { type HandoffOptions, handoffOf } from './handoff.ts'
import { type Maintained, maintainConnector } from './maintain.ts'
import { provisionConnector } from './provision.ts'
import { type PublishedRun, publishRun } from './publish/run.ts'
import { type ReconcileOptions, reconcileConnector } from './reconcile.ts'
import { rememberingStore } from './remembering-store.ts'
import { type Retracted, type Retraction, retractRun } from './retract.ts'
import { type Rotated, type RotateOptions, rotateConnector } from './rotate.ts'
import { type ConnectorStatus, type StatusOptions, statusOf } from './status.ts'
import { withComments } from './table-comment.ts'
import { type Updated, updateConnector } from './update.ts'
import { verifyConnector } from './verify.ts'

/**
 * What a connector is and may use. Whoever is told of something (`onEvent`, `onWarning`, `onProgress` of a backfill) changes
 * nothing of what comes of a call: what such a callback throws, or rejects with, is a warning, and of `onWarning` itself it is
 * let go of. To stop a call there is `signal`. What `deliver` throws ends the call, for a link that nobody took is lost.
 */
export interface ConnectorOptions {
  readonly id: string
  /** The root that holds what the connector keeps, and its tables. */
  readonly store: ObjectStore
  /** What its share is made on: the manifest in the same store unless given. */
  readonly plane?: SharePlane
  readonly runtime?: Runtime
  /** Milliseconds after which a publisher that does not stir counts as dead: 30 s unless said. */
  readonly leaseTtl?: number
  /** Takes an activation link to the recipient's contact: `provision` and `rotate` need it. */
  readonly deliver?: Deliver
  /** Told of what happened, once or more. Default: nobody. */
  readonly onEvent?: EventSink
  /** Told of what went wrong without harm to what is shared. Default: nowhere. */
  readonly onWarning?: (message: string) => void
}

/** Publishes the runs of a team's workflows in a share of its own. Any number of handles may do so at once. */
export interface Connector {
  readonly id: string
  /**
   * Makes share, recipient and grant, verifies them while the share is empty, and hands the activation link over. Called
   * again with the same configuration it goes on where it had died, and changes nothing where it had not.
   */
  provision(config: ConnectorConfig, options?: { readonly signal?: AbortSignal }): Promise<ConnectorRecord>
  /**
   * Publishes a run: exactly once, however often and by however many it is delivered, and whenever one of them dies.
   * Recipients see all of it, or the share as it was before.
   */
  publish(delivery: Delivery, options?: { readonly signal?: AbortSignal }): Promise<PublishedRun>
  /**
   * Publishes the runs of the past, many in one generation, once a live one was published and verified. Begun again, it goes on:
   * the rows of a run that is published are not touched. What is held back or fails is told at the end.
   */
  backfill(
    deliveries: AsyncIterable<Delivery> | Iterable<Delivery>,
    options?: BackfillOptions & { readonly signal?: AbortSignal },
  ): Promise<Backfilled>
  /** Finds what is not as it should be, whoever died or changed it by hand, and mends what needs no person. */
  reconcile(options?: ReconcileOptions & { readonly signal?: AbortSignal }): Promise<Drift[]>
  /** Writes small files of its tables together, and deletes what no version from the oldest that is shown on needs. */
  maintain(options?: { readonly signal?: AbortSignal }): Promise<Maintained>
  /** Gives it another configuration, and brings the share in line with that at once. */
  update(config: ConnectorConfig, options?: { readonly signal?: AbortSignal }): Promise<Updated>
  /**
   * Takes a run back, however far it came: its rows leave their table, and recipients see the share as it was or without the
   * run and all that told of it. It cannot be delivered again.
   */
  retract(retraction: Retraction, options?: { readonly signal?: AbortSignal }): Promise<Retracted>
  /**
   * Erases rows by their key, wherever they are or were, with all that tells of their values, and proves that no object holds
   * one any more: see `proof` of the result. Older versions of the tables are gone after it.
   */
  erase(erasure: Erasure, options?: { readonly signal?: AbortSignal }): Promise<Erased>
  /** Hands another activation link over; the tokens that are out live for a while, or end at once if they leaked. */
  rotate(options?: RotateOptions & { readonly signal?: AbortSignal }): Promise<Rotated>
  /** How it is: its tables and how fresh they are, runs that wait or were held back, token, limits. It reads no rows. */
  status(options?: StatusOptions & { readonly signal?: AbortSignal }): Promise<ConnectorStatus>
  /** Checks all that it promises its recipient, and reads everything as the recipient would. It changes nothing. */
  verify(options?: { readonly signal?: AbortSignal }): Promise<Finding[]>
  /** What its recipient needs to begin, as Markdown. */
  handoff(options?: HandoffOptions & { readonly signal?: AbortSignal }): Promise<string>
  /** Ends it: recipient and share are dropped; with `purge` its tables and all that it kept are deleted. */
  deprovision(options?: DeprovisionOptions & { readonly signal?: AbortSignal }): Promise<ConnectorRecord>
}

/** A handle on a connector. No request is made. */
export function connector(options: ConnectorOptions): Connector {
  const { id, store, runtime = systemRuntime, leaseTtl, deliver, onEvent, onWarning } = options
  const warn = harmless(onWarning)
  const plane = withComments(options.plane ?? objectStorePlane(store, { runtime }))
  const contextOf = (signal: AbortSignal | undefined): ConnectorContext => {
    return { id, store: rememberingStore(store), plane, runtime, leaseTtl, deliver, onEvent, warn, signal }
  }
  return {
    id,
    provision: (config, { signal } = {}) => provisionConnector(contextOf(signal), config),
    publish: async (delivery, { signal } = {}) => publishRun(contextOf(signal), takeDelivery(delivery)),
    backfill: (deliveries, { signal, ...options } = {}) => backfillRuns(contextOf(signal), deliveries, options),
    reconcile: ({ signal, ...options } = {}) => reconcileConnector(contextOf(signal), options),
    maintain: ({ signal } = {}) => maintainConnector(contextOf(signal)),
    update: (config, { signal } = {}) => updateConnector(contextOf(signal), config),
    retract: (retraction, { signal } = {}) => retractRun(contextOf(signal), retraction),
    erase: (erasure, { signal } = {}) => eraseRows(contextOf(signal), erasure),
    rotate: ({ signal, ...options } = {}) => rotateConnector(contextOf(signal), options),
    status: ({ signal, ...options } = {}) => statusOf(contextOf(signal), options),
    verify: ({ signal } = {}) => verifyConnector(contextOf(signal)),
    handoff: ({ signal, ...options } = {}) => handoffOf(contextOf(signal), options),
    deprovision: ({ signal, ...options } = {}) => deprovisionConnector(contextOf(signal), options),
  }
}
