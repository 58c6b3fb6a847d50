import { openProfile, type Profile, parseProfile, type SharedCatalog, type TableName } from '../../client/index.ts'
import { DeltaError, isDeltaError } from '../../errors.ts'
import { type Runtime, systemRuntime } from '../../runtime.ts'
import { type PageFetch, pageFetch } from './file-fetch.ts'
import { day } from './words.ts'

/** An opened profile. It lives in the memory of this page, and ends with it. */
export interface Session {
  readonly profile: Profile
  readonly catalog: SharedCatalog
  readonly fetch: PageFetch['fetch']
  readonly runtime: Runtime
  /** Every share, with its tables. */
  readonly shares: readonly SharedShare[]
  close(): void
}

export interface SharedShare {
  readonly name: string
  readonly tables: readonly TableName[]
}

/** A profile of another server, which this page does not use: its token is for that server alone. */
export class ForeignProfile extends DeltaError {
  /** Where that server would have its share browser. */
  readonly browser: string

  constructor(endpoint: string) {
    const { origin } = new URL(endpoint)
    super('invalid-argument', `this profile opens shares at ${origin}, and this page is at ${location.origin}`)
    this.browser = new URL('browse', endpoint).href
  }
}

/**
 * Opens the text of a profile file and lists what it shares. The token goes to this page's own server and nowhere else.
 * @throws {DeltaError} for a text that is no profile, for one of another server, and when the server refuses it.
 */
export async function openSession(text: string, filesWorker: string, runtime = systemRuntime): Promise<Session> {
  const profile = parseProfile(text)
  if (new URL(profile.endpoint).origin !== location.origin) throw new ForeignProfile(profile.endpoint)
  checkExpiry(profile, runtime)
  const { fetch, close } = pageFetch(filesWorker)
  const catalog = openProfile(profile, { fetch, runtime })
  const shares = await listShares(catalog)
  return { profile, catalog, fetch, runtime, shares, close }
}

function checkExpiry({ expirationTime = '' }: Profile, runtime: Runtime): void {
  const until = Date.parse(expirationTime)
  if (!(until < runtime.now())) return
  throw new DeltaError('unauthenticated', `its token was good until ${day(until)}. ${ASK}`)
}

async function listShares(catalog: SharedCatalog): Promise<SharedShare[]> {
  try {
    const shares = await catalog.shares()
    return await Promise.all(shares.map(async ({ name }) => ({ name, tables: await catalog.tables(name) })))
  } catch (cause) {
    if (!isDeltaError(cause, 'unauthenticated')) throw cause
    throw new DeltaError('unauthenticated', `its token was revoked or replaced. ${ASK}`, { cause })
  }
}

const ASK = 'Ask your share provider for a new activation link.'

export function tablePath({ share, schema, name }: TableName): string {
  return `${share}.${schema}.${name}`
}
