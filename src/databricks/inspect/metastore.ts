import { isDeltaError } from '../../errors.ts'
import { type Finding, failed, parseSharingIdentifier, passed } from '../../manifest/index.ts'
import { inspectPrivileges } from './privileges.ts'
import type { Subject } from './subject.ts'

/** Whether the metastore shares outside, lets clients from outside in, and knows the recipient as somebody else's. */
export async function inspectMetastore(subject: Subject): Promise<Finding[]> {
  const { context, about } = subject
  const summary = await context.catalog.metastore.summary()
  const { metastoreId, name, deltaSharingScope, externalAccessEnabled, globalMetastoreId } = summary
  const findings = [
    deltaSharingScope === 'INTERNAL_AND_EXTERNAL'
      ? passed('sharing-scope', `metastore ${name} shares with other accounts`)
      : failed(
          'sharing-scope',
          `metastore ${name} shares within its own account only: its Delta Sharing scope is ${deltaSharingScope ?? 'none'}`,
          'an account admin turns on sharing outside of the organization in the account console, at Catalog, the metastore, Delta Sharing',
        ),
  ]
  if (context.warehouseId === undefined) {
    findings.push(
      externalAccessEnabled
        ? passed('external-access', `metastore ${name} takes tables from outside`)
        : failed(
            'external-access',
            `metastore ${name} takes no tables from outside: external data access is off`,
            'a metastore admin turns it on in the workspace at Catalog, the metastore, External data access; or name a SQL warehouse that registers tables',
          ),
    )
  }
  if (about.sharingIdentifier !== undefined) {
    findings.push(inspectIdentifier(about.sharingIdentifier, globalMetastoreId))
  }
  const privileges = ['CREATE_SHARE', 'CREATE_RECIPIENT']
  return [...findings, ...(await inspectPrivileges(subject, { type: 'metastore', name: metastoreId }, privileges))]
}

const ASK = 'ask the customer for the sharing identifier of theirs: SELECT CURRENT_METASTORE() tells it there'

function inspectIdentifier(text: string, own: string): Finding {
  const check = 'sharing-identifier'
  try {
    const identifier = parseSharingIdentifier(text)
    return identifier === own.toLowerCase()
      ? failed(check, `${identifier} is the metastore that shares: nothing is shared with itself`, ASK, 'customer')
      : passed(check, `${identifier} is another metastore`)
  } catch (error) {
    if (!isDeltaError(error, 'invalid-argument')) throw error
    return failed(check, error.message, ASK, 'customer')
  }
}
