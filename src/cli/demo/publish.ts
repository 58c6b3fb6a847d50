import { writeFile } from 'node:fs/promises'
import { browserUrl, shareBrowser } from '../../browse/index.ts'
import { recordPublicUrl } from '../../manifest/index.ts'
import { type RunningServer, serve } from '../../server/node.ts'
import { formatProfile } from '../../wire/index.ts'
import { activateAt } from '../activate.ts'
import { callOptions, storeAt } from '../root.ts'
import type { Session } from '../session.ts'
import { type HeldRun, publishRuns, SCHEMA, SHARE } from './connector.ts'
import { demoPlace, shownPath } from './place.ts'
import { readBack, type SeenTable } from './read-back.ts'

export interface PublishedDemo {
  readonly url: string
  /** Where the recipient looks at the tables in a browser; absent in a checkout that was not built. */
  readonly browser?: string
  /** The storage root of the connector. */
  readonly root: string
  readonly profile: string
  /** What recipients call the table that is shown first. */
  readonly sharedTable: string
  /** All that the recipient read, equal to what was delivered. */
  readonly tables: readonly SeenTable[]
  readonly held: HeldRun
}

/** The whole trip: runs → connector → share → server → recipient → the same rows. The server is left running. */
export async function publishDemo(port: number, session: Session): Promise<PublishedDemo & { server: RunningServer }> {
  const place = await demoPlace(session)
  const root = await storeAt(place.root, session)
  const openTable = (location: string) => storeAt(location, session)
  const server = await serve({ store: root, openTable, runtime: session.runtime, port, browse: shareBrowser })
  try {
    session.note(`serving at ${server.url}`)
    await recordPublicUrl(root, server.url, callOptions(session))
    const { activationUrl, held } = await publishRuns(root, session)

    const profile = await activateAt(activationUrl, session.signal)
    await writeFile(place.profile, formatProfile(profile), { mode: 0o600 })
    session.note(`activated the recipient: its profile is ${shownPath(place.profile, session)}`)

    const tables = await readBack(profile, session)
    const browser = browserUrl(server.url)
    return {
      server,
      url: server.url,
      ...(browser === undefined ? {} : { browser }),
      root: shownPath(place.root, session),
      profile: shownPath(place.profile, session),
      sharedTable: `${SHARE}.${SCHEMA}.WF_LAPTOPS__LATEST`,
      tables,
      held,
    }
  } catch (error) {
    await server.close()
    throw error
  }
}
