import type { ObjectStore } from '../../store/index.ts'
import { foldName } from '../name.ts'
import type { ManifestOptions } from '../options.ts'
import { grantedAmong, type Recipient } from '../recipient.ts'
import type { Share } from '../share.ts'
import { formatDuration } from '../time.ts'
import { MANIFEST_VERSION } from '../version.ts'
import type { DeclaredRecipient, DeclaredShare, DeclaredTable, ShareDocument } from './shape.ts'
import { loadState, type ManifestState } from './state.ts'

/** Everything that is shared, with whom, as a document without any secret. To apply it again changes nothing. */
export async function exportShares(store: ObjectStore, options: ManifestOptions = {}): Promise<ShareDocument> {
  return documentOf(await loadState(store, options))
}

function documentOf({ shares, recipients }: ManifestState): ShareDocument {
  const sharesOf = grantedAmong(shares)
  return {
    manifestVersion: MANIFEST_VERSION,
    shares: shares.map(declareShare),
    recipients: recipients.map((recipient) => declareRecipient(recipient, sharesOf(recipient))),
  }
}

function declareShare({ name, displayName, comment, properties, tables }: Share): DeclaredShare {
  const schemas = new Map<string, { name: string; tables: DeclaredTable[] }>()
  for (const { schema, name, location, version, history, startVersion, partition, id } of tables) {
    const declared = schemas.get(foldName(schema)) ?? { name: schema, tables: [] }
    schemas.set(foldName(schema), declared)
    declared.tables.push({
      name,
      location,
      version,
      ...(history ? { history } : {}),
      ...(startVersion === undefined ? {} : { startVersion }),
      ...(partition === undefined ? {} : { partition }),
      id,
    })
  }
  return {
    name,
    ...(displayName === undefined ? {} : { displayName }),
    ...(comment === undefined ? {} : { comment }),
    ...(properties === undefined ? {} : { properties }),
    schemas: [...schemas.values()],
  }
}

function declareRecipient(
  { name, tokenLifetime, allowedIps, endpoint }: Recipient,
  shares: string[],
): DeclaredRecipient {
  return {
    name,
    expiresIn: formatDuration(tokenLifetime),
    ...(allowedIps.length === 0 ? {} : { allowedIps }),
    ...(endpoint === undefined ? {} : { endpoint }),
    shares,
  }
}
