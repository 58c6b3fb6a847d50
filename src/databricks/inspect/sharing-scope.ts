import { permittedOrNone } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { MetastoreSummary } from '../metastore.ts'
import type { UnityCatalog } from '../unity-catalog.ts'
import type { Subject } from './subject.ts'

const CHECK = 'sharing-scope'

/**
 * Whether the metastore shares with such a recipient: with a metastore of its own account always, with all others, and by
 * token, only where sharing outside of the account is on. Only an administrator is told which metastores the account has;
 * where we are none, the finding passes, and it is warned of what cannot be told: the recipient is refused when it is made.
 */
export async function inspectSharingScope(
  { context, about: { sharingIdentifier }, principal }: Subject,
  { name, deltaSharingScope, globalMetastoreId }: MetastoreSummary,
): Promise<Finding> {
  if (deltaSharingScope === 'INTERNAL_AND_EXTERNAL')
    return passed(CHECK, `metastore ${name} shares with other accounts`)
  if (deltaSharingScope !== 'INTERNAL') return notAtAll(name, deltaSharingScope)
  const within = `metastore ${name} shares within its own account only: its Delta Sharing scope is ${deltaSharingScope}`
  if (sharingIdentifier === undefined) return outside(`${within}, and a token is read from anywhere`)
  const identifier = sharingIdentifier.trim().toLowerCase()
  const siblings = await listSiblings(context.catalog)
  // A list without ourselves is not that of the account.
  if (siblings?.has(globalMetastoreId.toLowerCase()) !== true) {
    const doubt = `${within}, and whether ${identifier} is of it is not told to ${principal}; if it is not, ${REMEDY}`
    context.warn(doubt)
    return passed(CHECK, doubt)
  }
  if (siblings.has(identifier)) return passed(CHECK, `metastore ${name} and ${identifier} are of one account`)
  return outside(`${within}, and ${identifier} is of another`)
}

const REMEDY =
  'an account admin turns on sharing outside of the organization in the account console, at Catalog, the metastore, Delta Sharing'

function notAtAll(metastore: string, scope = 'none'): Finding {
  return failed(CHECK, `metastore ${metastore} shares nothing: its Delta Sharing scope is ${scope}`, REMEDY)
}

/** Of a workspace that refuses to tell of shares or recipients, for there are none. */
export function sharesNothing(refusal: string): Finding {
  return failed(CHECK, refusal, REMEDY)
}

function outside(message: string): Finding {
  return failed(CHECK, message, REMEDY)
}

/** In lower case; undefined for who is no administrator: to share, one need not be one. */
async function listSiblings({ metastore }: UnityCatalog): Promise<ReadonlySet<string> | undefined> {
  const siblings = await permittedOrNone(metastore.siblings())
  return siblings && new Set(siblings.map((identifier) => identifier.toLowerCase()))
}
