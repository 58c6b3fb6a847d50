import { browserUrl, shareBrowser } from '../browse/index.ts'
import { messageOf } from '../errors.ts'
import { recordPublicUrl } from '../manifest/index.ts'
import { PRIVATE_NETWORKS, type TrustProxy } from '../server/index.ts'
import { serve as serveSharing } from '../server/node.ts'
import type { ObjectStore } from '../store/index.ts'
import { fileLog, messageLog } from './audit-log.ts'
import { command } from './command.ts'
import { flag, optional, optionalValue, repeated, withDefault } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, type Session } from './session.ts'
import { followTls, readTls, tlsPaths } from './tls-files.ts'
import { duration, names, port, positiveNumber, text, wholeNumber } from './value.ts'

/** A number of proxies, or their addresses separated by commas; `true` stands for those in private networks. */
function trustedProxies(value: string): TrustProxy {
  if (value === 'true') return PRIVATE_NETWORKS
  return /^\d+$/.test(value) ? wholeNumber(value) : names(value)
}

export const serve = command({
  name: 'serve',
  summary: 'answer recipients over the Delta Sharing protocol, until Ctrl-C',
  arguments: {},
  options: {
    root: rootOption,
    port: withDefault('n', 'where to listen; 0 is any free port', port, '8080'),
    host: withDefault('address', 'the address to listen on', text, '127.0.0.1'),
    publicUrl: optional('url', 'the endpoint as recipients reach it, remembered for their links and profiles', text),
    tlsCert: optional('file', 'certificate chain in PEM; with --tls-key, answers over HTTPS', text),
    tlsKey: optional('file', 'private key of the certificate, in PEM', text),
    corsOrigin: repeated('origin', 'pages of this origin may read the answers in a browser', text),
    trustProxy: optionalValue(
      'who',
      'whose X-Forwarded-For and -Proto to believe: how many proxies, or their addresses and CIDR blocks; without a value, those in private networks',
      trustedProxies,
    ),
    rate: optional('n', 'requests a second of one recipient, and failed ones from one address', positiveNumber),
    maxConcurrent: withDefault('n', 'requests of one recipient answered at the same time', wholeNumber, '100'),
    urlTtl: withDefault('time', 'how long the links to data files live, at least 20m', duration, '1h'),
    cacheBytes: withDefault('n', 'memory for what is kept of tables between requests', positiveNumber, '268435456'),
    authCache: withDefault('time', 'how long a revoked token may still be believed; 0 asks each time', duration, '5s'),
    freshness: withDefault(
      'time',
      'how long the newest version of a table may be believed; 0 looks each time',
      duration,
      '0',
    ),
    metricsPort: optional('n', 'where Prometheus finds /metrics, on the same address', port),
    auditLog: optional('file', 'add the record of each request to this file instead of stderr', text),
    hideStats: flag('tell recipients of the statistics of files how many rows they have only, and no values'),
    directoryAccess: optional(
      'role',
      'lend credentials for whole tables in S3 by this role (an ARN; on MinIO any text)',
      text,
    ),
    drain: withDefault('time', 'when told to stop, how long to go on while /readyz says no', duration, '0'),
    grace: withDefault('time', 'how long answers under way may take to end after that', duration, '30s'),
  },
  details: `Stops at Ctrl-C and SIGTERM; a second one does not wait. docs/operate.md tells how to run it for others.`,
  async run({ root, publicUrl, tlsCert, tlsKey, corsOrigin, auditLog, directoryAccess, ...settings }, session) {
    const paths = tlsPaths(tlsCert, tlsKey)
    const tls = paths && (await readTls(paths, session))
    const store = await storeAt(root, session)
    const log = auditLog === undefined ? messageLog(session) : await fileLog(auditLog, session)
    try {
      if (publicUrl !== undefined) await recordPublicUrl(store, publicUrl, callOptions(session))
      const server = await serveSharing({
        ...settings,
        store,
        openTable: (location) => storeAt(location, session),
        runtime: session.runtime,
        endpoint: publicUrl,
        tls,
        corsOrigins: corsOrigin,
        directoryRole: directoryAccess,
        browse: shareBrowser,
        log,
      })
      const { url, metricsPort, renewTls } = server
      const stopping = new AbortController()
      const looking = tellUnreadable(store, stopping.signal, session)
      const following =
        paths && tls && renewTls && followTls(paths, { first: tls, renew: renewTls, signal: stopping.signal }, session)
      try {
        const browser = browserUrl(url)
        const shown = {
          url,
          ...(browser === undefined ? {} : { browser }),
          ...(metricsPort === undefined ? {} : { metricsPort }),
        }
        const people = browser === undefined ? '' : `\nrecipients look at them in a browser at ${browser}`
        await answer(session, shown, () => `serving the shares of ${root} at ${url}${people}`)
        await interrupted(session)
      } finally {
        stopping.abort()
        await Promise.all([looking, following, server.close()])
      }
    } finally {
      await log.close()
    }
  },
})

/** Without this a mistyped bucket shows in nothing but refused recipients, and 503 at `/readyz`. Never throws. */
async function tellUnreadable(store: ObjectStore, signal: AbortSignal, session: Session): Promise<void> {
  try {
    for await (const _ of store.list({ prefix: 'sharing/', signal })) return
  } catch (error) {
    if (!signal.aborted) session.note(`warning: no recipient can be answered yet: ${messageOf(error)}`)
  }
}

/** Resolves on Ctrl-C or SIGTERM: for a server that is the way to end well. */
export function interrupted({ signal }: Pick<Session, 'signal'>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
