import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AuditRecord } from '../audit-record.ts'
import type { Meter } from '../meter.ts'

/** What Prometheus scrapes: counted from the audit records and from what is done beneath the answers. */
export interface Metrics {
  readonly meter: Meter
  /** Counts a request that has ended. */
  record(record: AuditRecord): void
  /** Counts a request that has begun; the returned function ends it. */
  begin(): () => void
  /** In the text format of Prometheus. */
  text(): Promise<string>
  readonly contentType: string
}

/** Seconds: from a version known by heart to the stream of a million files. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/**
 * Metrics of one server, in a registry of their own. No label names a recipient, share or table: who watches machines
 * need not know who reads what, and the number of series stays small. That stands in the audit log.
 */
export function serverMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, labelNames: readonly string[] = []): Counter =>
    new Counter({ name: `deltaquill_${name}`, help, labelNames: [...labelNames], registers })
  const requests = counter('requests_total', 'Requests answered.', ['action', 'status'])
  const rateLimited = counter('rate_limited_total', 'Requests turned away with 429.', ['action'])
  const failures = counter('authentication_failures_total', 'Requests turned away with 401 or 403.', ['action'])
  const broken = counter('broken_answers_total', 'Answers that broke off after their headers.', ['action'])
  const files = counter('files_total', 'Data files named in answers.')
  const bytes = counter('file_bytes_total', 'Bytes of the data files named in answers, or sent from here.', ['action'])
  const counters = {
    signedUrls: counter('signed_urls_total', 'URLs of data files signed.'),
    snapshotLoads: counter('snapshot_loads_total', 'Times that a table was read from its log.'),
    snapshotHits: counter('snapshot_cache_hits_total', 'Times that a table was still in memory.'),
  }
  const cache = new Gauge({
    name: 'deltaquill_snapshot_cache_bytes',
    help: 'Bytes of tables held in memory.',
    registers,
  })
  const running = new Gauge({ name: 'deltaquill_requests_in_flight', help: 'Requests being answered.', registers })
  const duration = new Histogram({
    name: 'deltaquill_request_duration_seconds',
    help: 'Seconds until the last byte of an answer.',
    labelNames: ['action'],
    buckets: BUCKETS,
    registers,
  })

  return {
    meter: {
      add: (name, amount) => counters[name].inc(amount),
      cached: (held) => cache.set(held),
    },
    record({ action, status, durationMs, result, ...record }) {
      requests.inc({ action, status: String(status) })
      duration.observe({ action }, durationMs / 1000)
      if (status === 429) rateLimited.inc({ action })
      if (result === 'denied') failures.inc({ action })
      if (result === 'error' && status < 400) broken.inc({ action })
      if (record.files !== undefined) files.inc(record.files)
      if (record.bytes !== undefined) bytes.inc({ action }, record.bytes)
    },
    begin() {
      running.inc()
      return () => running.dec()
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
