import { type Finding, failed, passed } from '../../manifest/index.ts'
import { isMarked } from '../marker.ts'
import { quoteIdentifier } from '../sql.ts'
import { inspectPrivileges } from './privileges.ts'
import type { Subject } from './subject.ts'

/** Whether the catalog is there, and the schema of the share is ours to make or to use. */
export async function inspectNamespace(subject: Subject): Promise<Finding[]> {
  const { context, place, principal } = subject
  const { catalog, catalogName, ledger, warehouseId } = context
  const found = await catalog.catalogs.find(catalogName)
  if (found === undefined) {
    return [
      failed(
        'catalog',
        `there is no catalog ${catalogName} that ${principal} sees`,
        `a metastore admin runs: CREATE CATALOG ${quoteIdentifier(catalogName)}; GRANT USE CATALOG, CREATE SCHEMA, EXTERNAL USE SCHEMA ON CATALOG ${quoteIdentifier(catalogName)} TO ${quoteIdentifier(principal)}`,
      ),
    ]
  }
  const onCatalog = { type: 'catalog', name: catalogName, owner: found.owner } as const
  // Tables that are registered over REST come from outside, which an owner does not include.
  const outside = warehouseId === undefined ? ['EXTERNAL_USE_SCHEMA'] : []
  const schema = await catalog.schemas.find(place.schema)
  if (schema === undefined) {
    // Whoever makes a schema may do in it what its owner may.
    return inspectPrivileges(subject, onCatalog, ['USE_CATALOG', 'CREATE_SCHEMA', ...outside])
  }
  const owned = isMarked(ledger, schema)
    ? passed('schema', `schema ${place.schema} is the plane's`)
    : failed(
        'schema',
        `schema ${place.schema} is somebody else's`,
        'name the share otherwise, or have its owner drop the schema',
      )
  const onSchema = { type: 'schema', name: place.schema, owner: schema.owner } as const
  return [
    owned,
    ...(await inspectPrivileges(subject, onCatalog, ['USE_CATALOG'])),
    ...(await inspectPrivileges(subject, onSchema, ['USE_SCHEMA', 'CREATE_TABLE', ...outside])),
  ]
}
