import { type ConnectorConfig, sharesOnDatabricks } from '../connector/index.ts'
import { objectStorePlane, type SharePlane } from '../manifest/index.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Session } from './session.ts'

/**
 * The plane that a connector's configuration asks for: the manifest in its root, or the Unity Catalog of a workspace, whose
 * client is loaded only then.
 * @throws {DeltaError} `invalid-argument` where the environment does not lead to that workspace.
 */
export async function connectorPlane(
  config: ConnectorConfig,
  root: ObjectStore,
  session: Session,
): Promise<SharePlane> {
  if (!sharesOnDatabricks(config)) return objectStorePlane(root, { runtime: session.runtime })
  const { databricksPlaneOf } = await import('./databricks-plane.ts')
  return databricksPlaneOf(config, root, session)
}
