import type { ConnectorConfig } from '../connector/index.ts'
import { databricksPlane } from '../databricks/index.ts'
import { DeltaError } from '../errors.ts'
import type { SharePlane } from '../manifest/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { workspaceOf } from './databricks-workspace.ts'
import { storeAt } from './root.ts'
import type { Session } from './session.ts'

/** The Unity Catalog of the workspace that a connector shares on, as a plane. */
export function databricksPlaneOf(config: ConnectorConfig, root: ObjectStore, session: Session): SharePlane {
  const { connectorId, catalog, databricks } = config
  return databricksPlane({
    catalog: workspaceOf(config, session),
    catalogName: named(connectorId, 'catalog', catalog),
    store: root,
    openTable: (location) => storeAt(location, session),
    registration: registrationOf(config),
    latest: databricks?.latest,
    tablesPerShare: databricks?.tablesPerShare,
    runtime: session.runtime,
    onWarning: (message) => session.note(`warning: ${message}`),
  })
}

/** What another schema in place takes is a warehouse too, on which tables are registered then. */
function registrationOf({ connectorId, databricks }: ConnectorConfig): 'rest' | { readonly warehouseId: string } {
  if (databricks === undefined) return 'rest'
  const { registration, latest, warehouseId } = databricks
  if (registration === 'rest' && latest === 'alias-swap') return 'rest'
  return { warehouseId: named(connectorId, 'databricks.warehouseId', warehouseId) }
}

/** What the shape of a configuration asks for where it is needed. */
function named(connectorId: string, path: string, value: string | undefined): string {
  if (value !== undefined) return value
  throw new DeltaError('invalid-argument', `connector ${connectorId} shares on Databricks, and has no ${path}`)
}
