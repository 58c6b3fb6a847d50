import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type ConnectorRecord, connector, type Delivery, parseConnectorConfig } from '../../src/connector/index.ts'
import { activationUrl } from '../../src/manifest/index.ts'
import { serve } from '../../src/server/node.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import type { Place } from './place.ts'

/** A connector whose runs are published, and its recipient, who has a profile on disk and a server to ask. */
export interface ConnectorShare {
  readonly place: Place
  readonly root: ObjectStore
  readonly profile: string
  readonly record: ConnectorRecord
  close(): Promise<void>
}

/** Provisions a connector in a place of its own and publishes the deliveries, one after the other. */
export async function publishedShare(
  open: () => Promise<Place>,
  given: { readonly config?: object; readonly deliveries: readonly Delivery[] },
): Promise<ConnectorShare> {
  const folder = mkdtempSync(join(tmpdir(), 'deltaquill-connector-'))
  const profile = join(folder, 'profile.share')
  const place = await open()
  const root = await openStore(`${place.location}/root`)
  const server = await serve({ store: root, openTable: openStore, host: '127.0.0.1', port: 0, authCache: 0 })
  const close = async (): Promise<void> => {
    await server.close()
    place.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const acme = connector({
    id: 'acme',
    store: root,
    // The recipient opens the link and saves what the server gives it.
    async deliver({ activationCode }) {
      const answer = await fetch(activationUrl(server.url, activationCode), { method: 'POST' })
      expect(answer.status).toBe(200)
      writeFileSync(profile, await answer.text())
    },
  })
  try {
    const record = await acme.provision(parseConnectorConfig({ ...CONFIG, ...given.config }).config)
    for (const delivery of given.deliveries) await acme.publish(delivery)
    return { place, root, profile, record, close }
  } catch (error) {
    await close()
    throw error
  }
}

const CONFIG = {
  connectorId: 'acme',
  teamId: 'team-1',
  recipient: { mode: 'token', contact: 'data@acme.example' },
  activityLog: { includeUserEmail: false },
}
