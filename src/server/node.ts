import type { Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DestinationStream, type Logger, pino } from 'pino'
import { systemRuntime } from '../runtime.ts'
import { sharingAnswers } from './handler.ts'
import type { AuditRecord, SharingOptions } from './index.ts'
import { type Meter, noMeter } from './meter.ts'
import { close, httpServer, listen, renewTls, type TlsFiles } from './node/listen.ts'
import type { Metrics } from './node/metrics.ts'
import { metricsServer } from './node/metrics-server.ts'
import { refuseUnreadable } from './node/refusals.ts'
import { requestListener } from './node/request-listener.ts'
import { DEFAULT_PREFIX } from './options.ts'

export type { TlsFiles } from './node/listen.ts'

export interface ServeOptions extends Omit<SharingOptions, 'stopping'> {
  /** Address to listen on: this machine only, unless said. */
  readonly host?: string
  /** Port to listen on; 0 takes a free one. */
  readonly port?: number
  /** Answers over TLS, and tells browsers to come back by HTTPS only. */
  readonly tls?: TlsFiles | undefined
  /** Port at which Prometheus finds `/metrics`, on the same address; 0 takes a free one. No metrics without it. */
  readonly metricsPort?: number | undefined
  /** Where the log goes, one JSON object a line, one line a request but for health checks that found all well. Nothing is logged without it. */
  readonly log?: DestinationStream
  /** Milliseconds for which a client may read nothing of an answer before it is cut off: 30 seconds unless said. */
  readonly stallTimeout?: number
  /** Milliseconds that a server which is told to stop goes on answering while `/readyz` says no: 0 unless said. */
  readonly drain?: number
  /** Milliseconds that answers under way may take to end after that: 30 seconds unless said. */
  readonly grace?: number
}

/** A server that answers. */
export interface RunningServer {
  /** The endpoint, as it stands in profiles. */
  readonly url: string
  readonly port: number
  readonly metricsPort?: number
  /**
   * Of a server over TLS: answers connections to come with another certificate.
   * @throws {DeltaError} `invalid-argument` for a certificate or key that is none: the old one then goes on.
   */
  readonly renewTls?: (tls: TlsFiles) => void
  /** Says at `/readyz` that it goes, drains, takes no new requests, lets those under way end, and frees the port. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 8080
const STALL_TIMEOUT = 30_000
const GRACE = 30_000
const HEALTH_CHECKS: ReadonlySet<string> = new Set(['health', 'ready'])
/** A year, as RFC 6797 suggests. Subdomains are for their owner to decide. */
const HSTS = { 'strict-transport-security': 'max-age=31536000' }

/**
 * Serves the sharing protocol over HTTP or HTTPS until `close`. Resolves when it answers.
 * @throws {DeltaError} `invalid-argument` when it cannot listen there, or for options that cannot work.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, prefix = DEFAULT_PREFIX, tls, metricsPort } = options
  const { stallTimeout = STALL_TIMEOUT, drain = 0, grace = GRACE } = options
  const stopping = new AbortController()
  // What counts for Prometheus takes some 50 ms to load, and most servers do without.
  const metrics = metricsPort === undefined ? undefined : (await import('./node/metrics.ts')).serverMetrics()
  const records = recordsOf(options, metrics)
  const answers = sharingAnswers({
    ...options,
    stopping: stopping.signal,
    meter: meterOf(options.meter, metrics),
    records,
  })
  const server = httpServer(tls)
  const { runtime = systemRuntime, trustProxy } = options
  const refusals = { runtime, records, trustProxy, fixedHeaders: tls === undefined ? {} : HSTS }
  const answer = requestListener(answers, refusals)
  refuseUnreadable(server, refusals)
  const underWay = new Set<ServerResponse>()
  server.setTimeout(stallTimeout)
  server.on('request', (incoming, outgoing) => {
    // Who keeps the connection would send the next request to a server that goes.
    if (stopping.signal.aborted) outgoing.shouldKeepAlive = false
    underWay.add(outgoing)
    outgoing.once('close', () => underWay.delete(outgoing))
    if (metrics) outgoing.once('close', metrics.begin())
    answer(incoming, outgoing)
  })
  const bound = await listen(server, host, port)
  const metricsOn = metrics && (await metricsServer(metrics, host, metricsPort ?? 0).catch(closing(server)))
  const scheme = tls === undefined ? 'http' : 'https'
  return {
    url: options.endpoint ?? `${scheme}://${reachable(host)}:${bound}${prefix}`,
    port: bound,
    ...(metricsOn && { metricsPort: metricsOn.port }),
    ...(tls && { renewTls: (renewed: TlsFiles) => renewTls(server, renewed) }),
    async close() {
      stopping.abort()
      if (drain > 0) await sleep(drain)
      await close(server, grace, underWay)
      await metricsOn?.close()
    },
  }
}

function recordsOf({ log, records }: ServeOptions, metrics: Metrics | undefined): (record: AuditRecord) => void {
  // The record has its own time, which is when the request came.
  const logger = log && pino({ base: null, timestamp: false }, log)
  return (record) => {
    if (logger) logRecord(logger, record)
    metrics?.record(record)
    records?.(record)
  }
}

function meterOf(given: Meter = noMeter, metrics: Metrics | undefined): Meter {
  if (metrics === undefined) return given
  return {
    add(counter, amount) {
      given.add(counter, amount)
      metrics.meter.add(counter, amount)
    },
    cached(bytes) {
      given.cached(bytes)
      metrics.meter.cached(bytes)
    },
  }
}

/** Only the record is logged; it holds no header but the user agent and X-Forwarded-For, and no query string. */
function logRecord(logger: Logger, record: AuditRecord): void {
  // Whoever asks every few seconds whether all is well would fill the log with nothing else.
  if (HEALTH_CHECKS.has(record.action) && record.status === 200) return
  const level = record.status >= 500 ? 'error' : record.status >= 400 ? 'warn' : 'info'
  logger[level](record, 'answered')
}

/** What is open already must not stay so when the rest fails. */
function closing(server: Server): (error: unknown) => Promise<never> {
  return async (error) => {
    await close(server, 0)
    throw error
  }
}

/** An address that listens everywhere is no address to call; brackets make an IPv6 one part of a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return DEFAULT_HOST
  return host.includes(':') ? `[${host}]` : host
}
