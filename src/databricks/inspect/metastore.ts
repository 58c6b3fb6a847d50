import { isDeltaError } from '../../errors.ts'
import { type Finding, failed, parseSharingIdentifier, passed, unknownCloudOf } from '../../manifest/index.ts'
import { findCatalogShare } from '../catalog-share.ts'
import type { MetastoreSummary } from '../metastore.ts'
import { hasRecipient } from './known-recipient.ts'
import { inspectPrivileges } from './privileges.ts'
import { inspectSharingScope } from './sharing-scope.ts'
import type { Subject } from './subject.ts'

/** Whether the metastore shares outside, lets clients from outside in, and knows the recipient as somebody else's. */
export async function inspectMetastore(subject: Subject): Promise<Finding[]> {
  const { context, about } = subject
  const summary = await context.catalog.metastore.summary()
  const { metastoreId, globalMetastoreId } = summary
  const findings = [await inspectSharingScope(subject, summary), ...accessTo(subject, summary)]
  if (about.sharingIdentifier !== undefined) {
    findings.push(inspectIdentifier(about.sharingIdentifier, globalMetastoreId))
  }
  const needed = await neededPrivileges(subject)
  if (needed.length === 0) return findings
  return [...findings, ...(await inspectPrivileges(subject, { type: 'metastore', name: metastoreId }, needed))]
}

/** What it takes to make what is not there yet. */
async function neededPrivileges(subject: Subject): Promise<string[]> {
  const { context, place, about } = subject
  const forShare = (await findCatalogShare(context, place)) === undefined ? ['CREATE_SHARE'] : []
  // One whose tokens are revoked is made anew.
  if (about.sharingIdentifier === undefined) return [...forShare, 'CREATE_RECIPIENT']
  if (await hasRecipient(subject)) return forShare
  // Where we see none, there may be one of somebody else's, which is the only one that there can be.
  return [...forShare, 'CREATE_RECIPIENT', 'USE_RECIPIENT']
}

/** Whether the metastore takes tables that are registered over REST. */
export async function inspectAccess(subject: Subject): Promise<Finding[]> {
  const { catalog, warehouseId } = subject.context
  return warehouseId === undefined ? accessTo(subject, await catalog.metastore.summary()) : []
}

function accessTo({ context, about }: Subject, { name, externalAccessEnabled }: MetastoreSummary): Finding[] {
  if (context.warehouseId !== undefined) return []
  const check = 'external-access'
  if (externalAccessEnabled === true) return [passed(check, `metastore ${name} takes tables from outside`)]
  // What is not told is most likely off, and holds no publication back.
  if (externalAccessEnabled === undefined && about.only === 'new-tables') {
    return [passed(check, `whether metastore ${name} takes tables from outside is not told`)]
  }
  return [
    failed(
      check,
      `metastore ${name} takes no tables from outside: external data access is off`,
      'a metastore admin turns it on in the workspace at Catalog, the metastore, External data access; or name a SQL warehouse that registers tables',
    ),
  ]
}

const ASK = 'ask the customer for the sharing identifier of theirs: SELECT CURRENT_METASTORE() tells it there'

function inspectIdentifier(text: string, own: string): Finding {
  const check = 'sharing-identifier'
  try {
    const identifier = parseSharingIdentifier(text)
    if (identifier === own.toLowerCase()) {
      return failed(check, `${identifier} is the metastore that shares: nothing is shared with itself`, ASK, 'customer')
    }
    const cloud = unknownCloudOf(identifier)
    const doubt = cloud === undefined ? '' : `, on ${cloud}, where Databricks is not known to run`
    return passed(check, `${identifier} is another metastore${doubt}`)
  } catch (error) {
    if (!isDeltaError(error, 'invalid-argument')) throw error
    return failed(check, error.message, ASK, 'customer')
  }
}
