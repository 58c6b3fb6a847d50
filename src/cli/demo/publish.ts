import { writeFile } from 'node:fs/promises'
import { browserUrl, shareBrowser } from '../../browse/index.ts'
import { recordPublicUrl } from '../../manifest/index.ts'
import { type RunningServer, serve } from '../../server/node.ts'
import { formatProfile } from '../../wire/index.ts'
import { activateAt } from '../activate.ts'
import { callOptions, storeAt } from '../root.ts'
import type { Session } from '../session.ts'
import { demoPlace, shownPath } from './place.ts'
import { readBack } from './read-back.ts'
import { sampleRows } from './sample.ts'
import { SHARED_TABLE, shareDemo } from './share.ts'
import { demoTable } from './table.ts'

export interface PublishedDemo {
  readonly url: string
  /** Where the recipient looks at the table in a browser; absent in a checkout that was not built. */
  readonly browser?: string
  /** Where the table is, and what recipients call it. */
  readonly table: string
  readonly sharedTable: string
  readonly profile: string
  /** Read by the recipient, and equal to those of the table. */
  readonly rows: number
}

/** The whole trip: rows → table → share → server → recipient → the same rows. The server is left running. */
export async function publishDemo(port: number, session: Session): Promise<PublishedDemo & { server: RunningServer }> {
  const place = await demoPlace(session)
  const { table, isNew } = await demoTable(place.table, session)
  const shownTable = shownPath(place.table, session)
  session.note(isNew ? `wrote the sample to ${shownTable}` : `found the table of an earlier run in ${shownTable}`)

  const root = await storeAt(place.root, session)
  const openTable = (location: string) => storeAt(location, session)
  const server = await serve({ store: root, openTable, runtime: session.runtime, port, browse: shareBrowser })
  try {
    session.note(`serving at ${server.url}`)
    await recordPublicUrl(root, server.url, callOptions(session))
    const invitation = await shareDemo(root, place.table, session)
    session.note(`shared it as ${SHARED_TABLE} with ${invitation.name}`)

    const profile = await activateAt(invitation.activationUrl, session.signal)
    await writeFile(place.profile, formatProfile(profile), { mode: 0o600 })
    session.note(`activated ${invitation.name}: its profile is ${shownPath(place.profile, session)}`)

    const expected = isNew ? sampleRows() : table.read({ signal: session.signal })
    const rows = await readBack(profile, SHARED_TABLE, expected, { schema: table.schema, session })
    const browser = browserUrl(server.url)
    return {
      server,
      url: server.url,
      ...(browser === undefined ? {} : { browser }),
      table: shownTable,
      sharedTable: SHARED_TABLE,
      profile: shownPath(place.profile, session),
      rows,
    }
  } catch (error) {
    await server.close()
    throw error
  }
}
