/** What a server counts beneath its answers; what is in an answer stands in the audit record. */
export type Counter = 'signedUrls' | 'snapshotLoads' | 'snapshotHits'

/** Takes the counts of a server, for whoever watches it. Its functions must be quick and must not throw. */
export interface Meter {
  add(counter: Counter, amount: number): void
  /** How many bytes the caches of tables hold now. */
  cached(bytes: number): void
}

/** For a server that nobody watches. */
export const noMeter: Meter = { add: () => undefined, cached: () => undefined }
