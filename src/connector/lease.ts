import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import { changeRecord, createRecord, type RecordOptions, sameJson } from '../record/index.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { CONNECTOR_VERSION, connectorFolder } from './connector-record.ts'

/**
 * One publisher of a connector at a time, so that two do not do the same work. Nothing is safe because of it: what keeps
 * publications apart is the generation of the share, and commits that take the very next version or fail.
 */
export interface LeaseOptions extends RecordOptions {
  /** Milliseconds after which a holder that does not stir counts as dead: 30 s unless said. */
  readonly leaseTtl?: number | undefined
}

const leaseShape = z.object({
  connectorVersion: z.literal(CONNECTOR_VERSION),
  /** Null while nobody holds it. */
  holder: z.string().nullable(),
  /** Goes up while the holder lives. */
  renewal: z.int().nonnegative(),
})

type LeaseRecord = z.infer<typeof leaseShape>

const TTL = 30_000
/** A holder stirs so many times within the time after which it would count as dead. */
const RENEWALS = 3
const MAX_PAUSE = 1000
/** A holder that stirs is waited for, but not for ever. */
const PATIENCE = 15 * 60_000

/**
 * Does something as the only holder of the connector's lease; `lost` fires when somebody else took it meanwhile, as they
 * do from a holder that seems dead, and at the latest when it ends.
 * @throws {DeltaError} `unavailable` when others hold it for a quarter of an hour, and what `work` throws.
 */
export async function withLease<T>(
  store: ObjectStore,
  connectorId: string,
  options: LeaseOptions,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = new Lease(store, connectorId, options)
  await lease.take()
  const lost = new AbortController()
  const stop = lease.keep(() => lost.abort())
  try {
    return await work(lost.signal)
  } finally {
    stop()
    if (await lease.release()) lost.abort()
  }
}

class Lease {
  readonly #store: ObjectStore
  readonly #key: string
  readonly #options: LeaseOptions
  readonly #runtime: Runtime
  readonly #ttl: number
  readonly #me: string

  constructor(store: ObjectStore, connectorId: string, options: LeaseOptions) {
    this.#store = store
    this.#key = `${connectorFolder(connectorId)}/lease.json`
    this.#options = options
    this.#runtime = options.runtime ?? systemRuntime
    this.#ttl = options.leaseTtl ?? TTL
    this.#me = this.#runtime.uuid()
  }

  /**
   * Waits for it. A holder counts as dead when its record stood still for the whole time that was waited: no clock is read,
   * for it may differ from another machine's, or be set back or forward meanwhile.
   */
  async take(): Promise<void> {
    let waited = 0
    let seen: LeaseRecord | undefined
    let since = 0
    const isDead = (current: LeaseRecord): boolean =>
      seen !== undefined && sameJson(current, seen) && waited - since >= this.#ttl
    for (;;) {
      const current = await this.#change((lease) => (lease.holder === null || isDead(lease) ? this.#mine(0) : lease))
      if (current.holder === this.#me) return
      if (waited > PATIENCE) throw this.#held()
      if (seen === undefined || !sameJson(current, seen)) {
        seen = current
        since = waited
      }
      const pause = Math.min(MAX_PAUSE, this.#ttl / 10) * (0.5 + this.#runtime.random() / 2)
      await this.#runtime.sleep(pause, this.#options.signal)
      waited += pause
    }
  }

  /** Stirs now and then, until it is stopped. */
  keep(onLost: () => void): () => void {
    let stop = (): void => {}
    let isStopped = false
    const ring = (): void => {
      if (isStopped) return
      const renew = (lease: LeaseRecord): LeaseRecord =>
        lease.holder === this.#me ? this.#mine(lease.renewal + 1) : lease
      // A renewal that fails is tried again at the next ring; if it comes too late, somebody else has it.
      void this.#change(renew).then(
        ({ holder }) => holder === this.#me || onLost(),
        () => {},
      )
      stop = this.#runtime.alarm(this.#ttl / RENEWALS, ring)
    }
    stop = this.#runtime.alarm(this.#ttl / RENEWALS, ring)
    return () => {
      isStopped = true
      stop()
    }
  }

  /** Lets go. If that fails, others wait until the time is over. @returns whether somebody else had taken it before. */
  async release(): Promise<boolean> {
    let isLost = false
    const free = (lease: LeaseRecord): LeaseRecord => {
      isLost = lease.holder !== this.#me
      return isLost ? lease : { ...lease, holder: null, renewal: 0 }
    }
    await this.#change(free, { runtime: this.#runtime }).catch(() => {})
    return isLost
  }

  #mine(renewal: number): LeaseRecord {
    return { connectorVersion: CONNECTOR_VERSION, holder: this.#me, renewal }
  }

  async #change(
    change: (lease: LeaseRecord) => LeaseRecord,
    options: RecordOptions = this.#options,
  ): Promise<LeaseRecord> {
    const missing = (): DeltaError => new DeltaError('not-found', `there is no lease ${this.#key} yet`)
    try {
      return await changeRecord(this.#store, this.#key, leaseShape, change, missing, options)
    } catch (error) {
      if (isDeltaError(error, 'invalid-data')) throw this.#damaged(error)
      if (!isDeltaError(error, 'not-found')) throw error
      await createRecord(
        this.#store,
        this.#key,
        leaseShape,
        { ...this.#mine(0), holder: null },
        () => true,
        this.#options,
      )
      return changeRecord(this.#store, this.#key, leaseShape, change, missing, options)
    }
  }

  /** Unlike all other records it may be lost: it says only who works now. */
  #damaged(cause: DeltaError): DeltaError {
    const file = `${this.#store.location}/${this.#key}`
    return new DeltaError(
      'invalid-data',
      `the lease ${file} cannot be read; delete it: it says only who works now, and is made anew`,
      { file, blame: 'storage', cause },
    )
  }

  #held(): DeltaError {
    return new DeltaError(
      'unavailable',
      `could not publish: another publisher holds ${this.#store.location}/${this.#key} for ${PATIENCE / 60_000} minutes; look at what it does, and try again`,
    )
  }
}
