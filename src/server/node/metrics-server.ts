import { createServer } from 'node:http'
import { close, listen } from './listen.ts'
import type { Metrics } from './metrics.ts'

/** Milliseconds that a scrape under way may take to end when the server closes. */
const GRACE = 1000

/** Serves `/metrics` on a port of its own, so that no proxy leads recipients to it. */
export async function metricsServer(
  metrics: Metrics,
  host: string,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer(async (incoming, outgoing) => {
    const isScrape = incoming.method === 'GET' && incoming.url?.split('?')[0] === '/metrics'
    const text = isScrape ? await metrics.text() : 'metrics are at /metrics\n'
    outgoing.writeHead(isScrape ? 200 : 404, {
      'content-type': isScrape ? metrics.contentType : 'text/plain; charset=utf-8',
    })
    outgoing.end(text)
  })
  return { port: await listen(server, host, port), close: () => close(server, GRACE) }
}
