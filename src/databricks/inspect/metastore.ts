import { isDeltaError } from '../../errors.ts'
import { type Finding, failed, parseSharingIdentifier, passed, unknownCloudOf } from '../../manifest/index.ts'
import type { MetastoreSummary } from '../metastore.ts'
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
  const privileges = ['CREATE_SHARE', 'CREATE_RECIPIENT']
  return [...findings, ...(await inspectPrivileges(subject, { type: 'metastore', name: metastoreId }, privileges))]
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
