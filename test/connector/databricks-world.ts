import { type Connector, connector, parseConnectorConfig } from '../../src/connector/index.ts'
import { databricksPlane, type UnityCatalog } from '../../src/databricks/index.ts'
import type { SharePlane } from '../../src/manifest/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { openTable } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { clientOf } from '../databricks/client-of.ts'
import { FakeDatabricks } from '../fakes/unity-catalog/index.ts'
import type { Place } from './killed-connector.ts'
import type { Seen } from './recipient.ts'
import { CONNECTOR_ID, deliveryOf, type Given } from './world.ts'

export const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

/** A connector whose share a Databricks workspace shows. */
export interface DatabricksPlace extends Place {
  readonly fake: FakeDatabricks
  /** A handle of another connector, or of one that asks the workspace through another client. */
  openAs(other: { readonly id?: string; readonly catalog?: UnityCatalog; readonly tablesPerShare?: number }): Connector
  /** What its recipient reads: every table that the workspace shows to it, at its newest version. */
  see(): Promise<Seen>
  /** Where the workspace shows a table. */
  locationOf(name: string): string | undefined
}

export function databricksPlace(): DatabricksPlace {
  const runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 10) })
  const store = memoryStore({ runtime })
  const openAt = async (location: string): Promise<ObjectStore> => prefixStore(store, keyOf(store, location))
  const fake = new FakeDatabricks({ runtime, openTable: openAt, locations: { kadoa: store.location } })
  const said = { links: [], contacts: [], events: [], warnings: [] } as Pick<
    Place,
    'links' | 'contacts' | 'events' | 'warnings'
  >
  const onWarning = (message: string): unknown => said.warnings.push(message)
  const plane = (through: ObjectStore, catalog: UnityCatalog, tablesPerShare?: number): SharePlane =>
    databricksPlane({
      catalog,
      store: through,
      catalogName: 'kadoa_prod',
      openTable: openAt,
      runtime,
      onWarning,
      tablesPerShare,
    })
  const open = (
    through: ObjectStore,
    id = CONNECTOR_ID,
    catalog = clientOf(fake),
    tablesPerShare?: number,
  ): Connector =>
    connector({
      id,
      store: through,
      plane: plane(through, catalog, tablesPerShare),
      runtime,
      leaseTtl: 1000,
      deliver: async (link) => void said.links.push(link),
      onEvent: async (event) => void said.events.push(event),
      onWarning,
    })
  return {
    store,
    runtime,
    fake,
    ...said,
    open: (through = store) => open(through),
    openAs: ({ id, catalog, tablesPerShare }) => open(store, id, catalog, tablesPerShare),
    see: () => seeShown(fake, openAt),
    locationOf: (name) => objectsOf(fake).find((object) => nameOf(object.shared_as) === name)?.location,
  }
}

export function databricksConfig(change: object = {}) {
  return parseConnectorConfig({
    connectorId: CONNECTOR_ID,
    teamId: 'team-1',
    catalog: 'kadoa_prod',
    recipient: { mode: 'databricks', sharingIdentifier: METASTORE },
    ...change,
  }).config
}

/** A connector there, with some runs published. */
export async function provisionedPlace(config: object = {}, runs: readonly Given[] = []): Promise<DatabricksPlace> {
  const place = databricksPlace()
  await place.open().provision(databricksConfig(config))
  for (const run of runs) await place.open().publish(deliveryOf(run))
  return place
}

async function seeShown(fake: FakeDatabricks, openAt: (location: string) => Promise<ObjectStore>): Promise<Seen> {
  const seen: [string, Row[]][] = []
  for (const { shared_as, location, status } of objectsOf(fake)) {
    if (status !== 'ACTIVE') continue
    const table = await openTable(location, { store: await openAt(location) })
    seen.push([nameOf(shared_as), await collect(table.read())])
  }
  return Object.fromEntries(seen)
}

function objectsOf(fake: FakeDatabricks) {
  return fake.shares.shown().find(({ name }) => name === `kadoa_${CONNECTOR_ID}`)?.objects ?? []
}

function nameOf(sharedAs: string): string {
  return sharedAs.slice(sharedAs.indexOf('.') + 1).toUpperCase()
}

function keyOf({ location: root }: ObjectStore, location: string): string {
  return location.slice(root.endsWith('/') ? root.length : root.length + 1)
}
