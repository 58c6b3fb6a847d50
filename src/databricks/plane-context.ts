import { DeltaError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { UnityCatalog } from './unity-catalog.ts'

/** What every part of the plane works with. */
export interface PlaneContext {
  readonly catalog: UnityCatalog
  /** The catalog of the provider that holds a schema for each share. */
  readonly catalogName: string
  /** Where it is written what was published, and to whom: the part of our own store that is the plane's. */
  readonly ledger: ObjectStore
  readonly openTable: (location: string) => Promise<ObjectStore>
  /** The SQL warehouse that registers tables; without one they are registered over REST. */
  readonly warehouseId: string | undefined
  /** Whether a table that is shown takes another schema where it lies. */
  readonly inPlace: boolean
  /** How many tables a share may show. */
  readonly tablesPerShare: number
  readonly runtime: Runtime
  readonly warn: (message: string) => void
}

/** Where Unity Catalog keeps what one share shows. Names are in lower case, as it keeps them. */
export interface SharePlace {
  readonly share: string
  /** `catalog.schema`: all tables in it whose names say where they lie are the plane's. */
  readonly schema: string
}

/** What stands in the way, and who must do what about it. */
export interface Obstacle {
  readonly message: string
  readonly remedy: string
}

/** Names that are a schema of Unity Catalog, and a part of an alias, as they stand. */
const NAME = /^[a-z0-9_]{1,200}$/i

export function placeOf({ catalogName }: PlaneContext, share: string): SharePlace {
  checkCatalogName('share', share)
  const name = share.toLowerCase()
  return { share: name, schema: `${catalogName.toLowerCase()}.${name}` }
}

/** @throws {DeltaError} `invalid-argument` for a name that Unity Catalog would refuse, or keep as another. */
export function checkCatalogName(what: string, name: string): void {
  if (NAME.test(name)) return
  throw new DeltaError(
    'invalid-argument',
    `${what} name ${JSON.stringify(name.slice(0, 80))} is not allowed on Databricks: use 1 to 200 letters, digits and "_"`,
    { blame: 'kadoa' },
  )
}
