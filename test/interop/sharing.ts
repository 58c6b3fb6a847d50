import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  addTable,
  createRecipient,
  createShare,
  grantShare,
  redeemActivation,
  type ShownTable,
} from '../../src/manifest/index.ts'
import { serve } from '../../src/server/node.ts'
import { type ObjectStore, openStore } from '../../src/store/index.ts'
import { formatProfile } from '../../src/wire/index.ts'
import type { Place } from './place.ts'

/** The one share of a test. */
export const SHARE = 'spring'

/** A server over a place, with one share and a recipient of it. */
export interface Sharing {
  /** Where the documents of the share lie. */
  readonly root: ObjectStore
  /** The profile file of the recipient. */
  readonly profile: string
  /** Shows a table as `shop.<name>`, unless a schema is named, with its history unless said otherwise. */
  show(table: Partial<ShownTable> & Pick<ShownTable, 'name' | 'location'>): Promise<void>
  /** One more recipient, who is granted nothing. @returns the profile file. */
  invite(name: string): Promise<string>
  close(): Promise<void>
}

export async function openSharing(place: Place): Promise<Sharing> {
  const profiles = mkdtempSync(join(tmpdir(), 'deltaquill-profiles-'))
  const root = await openStore(`${place.location}/root`)
  const server = await serve({ store: root, openTable: openStore, host: '127.0.0.1', port: 0, authCache: 0 })
  const invite = async (name: string): Promise<string> => {
    const { activationCode } = await createRecipient(root, { name, endpoint: server.url })
    const file = join(profiles, `${name}.share`)
    writeFileSync(file, formatProfile(await redeemActivation(root, { code: activationCode })))
    return file
  }
  await createShare(root, { name: SHARE })
  const profile = await invite('anna')
  await grantShare(root, { recipient: 'anna', share: SHARE })
  return {
    root,
    profile,
    async show(table) {
      await addTable(root, { share: SHARE, schema: 'shop', history: true, ...table })
    },
    invite,
    async close() {
      await server.close()
      rmSync(profiles, { recursive: true, force: true })
    },
  }
}

/** Puts a table that lies in a folder into another place. */
export async function copyTable(folder: string, location: string): Promise<void> {
  const store = await openStore(location)
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    await store.put(path.slice(folder.length + 1), readFileSync(path), { mode: 'create' })
  }
}
