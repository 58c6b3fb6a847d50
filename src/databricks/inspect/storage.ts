import { type Finding, failed, passed } from '../../manifest/index.ts'
import { quoteIdentifier, quoteText } from '../sql.ts'
import { spelled } from '../table-name.ts'
import { inspectCredential } from './credential.ts'
import { inspectPrivileges } from './privileges.ts'
import type { Subject } from './subject.ts'

/** Whether Unity Catalog knows the place where the tables lie, gets at it, and lets us put tables there. */
export async function inspectStorage(subject: Subject): Promise<Finding[]> {
  const { context, about, principal } = subject
  const { catalog, warehouseId } = context
  const root = spelled(about.root)
  const who = quoteIdentifier(principal)
  const found = (await catalog.externalLocations.list()).find(({ url }) => isWithin(root, url))
  if (found === undefined) {
    return [
      failed(
        'external-location',
        `no external location that ${principal} sees covers ${root}`,
        `a metastore admin runs: CREATE EXTERNAL LOCATION IF NOT EXISTS <name> URL ${quoteText(root)} WITH (STORAGE CREDENTIAL <credential>); GRANT CREATE EXTERNAL TABLE, EXTERNAL USE LOCATION ON EXTERNAL LOCATION <name> TO ${who}; if there is one, with GRANT BROWSE ON EXTERNAL LOCATION <name> TO ${who}`,
      ),
    ]
  }
  const { name, url, readOnly, owner } = found
  const findings = [
    readOnly === true
      ? failed(
          'external-location',
          `external location ${name} (${url}) is read-only: no table can be registered in it`,
          `the owner of the external location clears "Limit to read-only use" in Catalog Explorer, or: databricks external-locations update ${name} --no-read-only`,
        )
      : passed('external-location', `external location ${name} covers ${root}`),
  ]
  // It takes the cloud a while, and a table more makes no difference to it.
  if (about.only === undefined) findings.push(await inspectCredential(subject, found, root))
  const needed = ['CREATE_EXTERNAL_TABLE', ...(warehouseId === undefined ? ['EXTERNAL_USE_LOCATION'] : [])]
  return [...findings, ...(await inspectPrivileges(subject, { type: 'external_location', name, owner }, needed))]
}

function isWithin(inner: string, outer: string): boolean {
  const closed = (place: string): string => (place.endsWith('/') ? place : `${place}/`)
  return closed(inner).startsWith(closed(outer))
}
