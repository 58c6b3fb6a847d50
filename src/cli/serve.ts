import { recordPublicUrl } from '../manifest/index.ts'
import { serve as serveSharing } from '../server/node.ts'
import { command } from './command.ts'
import { optional, withDefault } from './option.ts'
import { callOptions, rootOption, storeAt } from './root.ts'
import { answer, type Session } from './session.ts'
import { duration, port, text } from './value.ts'

export const serve = command({
  name: 'serve',
  summary: 'answer recipients over the Delta Sharing protocol, until Ctrl-C',
  arguments: {},
  options: {
    root: rootOption,
    port: withDefault('n', 'where to listen; 0 is any free port', port, '8080'),
    host: withDefault('address', 'the address to listen on', text, '127.0.0.1'),
    publicUrl: optional('url', 'the endpoint as recipients reach it, remembered for their links and profiles', text),
    urlTtl: withDefault('time', 'how long the links to data files live, at least 20m', duration, '1h'),
    authCache: withDefault('time', 'how long a revoked token may still be believed; 0 asks each time', duration, '5s'),
  },
  async run({ root, port, host, publicUrl, urlTtl, authCache }, session) {
    const store = await storeAt(root, session)
    if (publicUrl !== undefined) await recordPublicUrl(store, publicUrl, callOptions(session))
    const server = await serveSharing({
      store,
      openTable: (location) => storeAt(location, session),
      runtime: session.runtime,
      endpoint: publicUrl,
      urlTtl,
      authCache,
      port,
      host,
      // The log is for the operator; stdout has the address only.
      log: { write: (line) => session.note(line.trimEnd()) },
    })
    try {
      await answer(session, { url: server.url }, () => `serving the shares of ${root} at ${server.url}`)
      await interrupted(session)
    } finally {
      await server.close()
    }
  },
})

/** Resolves on Ctrl-C or SIGTERM: for a server that is the way to end well. */
export function interrupted({ signal }: Pick<Session, 'signal'>): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
