import { isDeltaError } from '../errors.ts'
import { formatLocation, type ObjectStore, parseLocation } from '../store/index.ts'
import type { ManifestOptions } from './options.ts'
import { listShares } from './share.ts'

/**
 * The versions of a table that shares show and that must therefore outlive a vacuum and a cleanup of its log: what
 * `keepVersions` takes, in ascending order. A share that follows the newest version pins none.
 * @throws {DeltaError} `invalid-data` while a share is damaged: what it pins must outlive a vacuum too.
 */
export async function pinnedVersions(
  store: ObjectStore,
  location: string,
  options: ManifestOptions = {},
): Promise<number[]> {
  const shares = await listShares(store, options)
  const wanted = spelledAlike(location)
  const versions = shares.flatMap(({ tables }) =>
    tables.filter((table) => spelledAlike(table.location) === wanted).map(({ version }) => version),
  )
  return [...new Set(versions)].filter((version) => version !== 'latest').sort((a, b) => a - b)
}

/** One spelling for the plain path, the URL and the trailing slash of one place. */
function spelledAlike(location: string): string {
  try {
    return formatLocation(parseLocation(location))
  } catch (error) {
    if (isDeltaError(error)) return location
    throw error
  }
}
