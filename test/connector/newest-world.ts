import { connector, parseConnectorConfig } from '../../src/connector/index.ts'
import { loadShare, objectStorePlane, type SharePlane } from '../../src/manifest/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import type { Row } from '../../src/schema/index.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../src/store/index.ts'
import { openTable } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { copyOf } from './killed-store.ts'
import type { Seen } from './recipient.ts'
import { CONNECTOR_ID, type World } from './world.ts'

/** A plane whose recipients always see the newest version of a table, and its columns as they were when it was shown. */
function newestPlane(store: ObjectStore, runtime: Runtime): SharePlane {
  const plane = objectStorePlane(store, { runtime })
  const promises = {
    readBack: false,
    pinned: false,
    atomicSwap: false,
    newSchemaInPlace: false,
    metastores: false,
  }
  return { ...plane, promises }
}

/** A connector on such a plane; `see` reads every table at its newest version. */
export async function provisionedOnNewest(config: object = {}): Promise<World> {
  const runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 10) })
  const store = memoryStore({ runtime })
  const world = worldOn(store, runtime)
  const plane = newestPlane(store, runtime)
  await connector({ id: CONNECTOR_ID, store, plane, runtime, deliver: async () => {} }).provision(
    parseConnectorConfig({
      connectorId: CONNECTOR_ID,
      teamId: 'team-1',
      recipient: { mode: 'token', contact: 'data@acme.example' },
      activityLog: false,
      ...config,
    }).config,
  )
  return world
}

function worldOn(store: ObjectStore, runtime: Runtime): World {
  const warnings: string[] = []
  return {
    store,
    runtime,
    warnings,
    open: (through = store) =>
      connector({
        id: CONNECTOR_ID,
        store: through,
        plane: newestPlane(through, runtime),
        runtime,
        leaseTtl: 1000,
        onWarning: (message) => warnings.push(message),
      }),
    see: (through = store) => seeNewest(through),
    copy: async () => worldOn(await copyOf(store, runtime), runtime),
  }
}

async function seeNewest(store: ObjectStore): Promise<Seen> {
  const { tables } = await loadShare(store, `kadoa_${CONNECTOR_ID}`)
  const seen: [string, Row[]][] = []
  for (const { name, location } of tables) seen.push([name, await collect((await openAt(store, location)).read())])
  return Object.fromEntries(seen)
}

/** Where the share shows a table, and its newest version there. */
export async function shownNewest(store: ObjectStore, name: string) {
  const { tables } = await loadShare(store, `kadoa_${CONNECTOR_ID}`)
  const entry = tables.find((table) => table.name === name)
  if (entry === undefined) throw new Error(`${name} is not in the share`)
  return { entry, table: await openAt(store, entry.location) }
}

/** What recipients of a table saw, one commit after the other. */
export async function eachVersion(store: ObjectStore, name: string): Promise<Row[][]> {
  const { table } = await shownNewest(store, name)
  const seen: Row[][] = []
  for (let version = 0; version <= table.version; version++) seen.push(await collect(table.read({ version })))
  return seen
}

function openAt(store: ObjectStore, location: string) {
  const root = store.location.endsWith('/') ? store.location : `${store.location}/`
  return openTable(location, { store: prefixStore(store, location.slice(root.length)) })
}
