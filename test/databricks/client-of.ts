import { type UnityCatalog, unityCatalog } from '../../src/databricks/index.ts'
import type { Runtime } from '../../src/runtime.ts'
import type { FakeDatabricks } from '../fakes/unity-catalog/index.ts'

/** A client of a fake workspace, by its clock unless another is given. */
export function clientOf(fake: FakeDatabricks, runtime: Runtime = fake.runtime): UnityCatalog {
  return unityCatalog({ host: fake.url, token: fake.token, fetch: fake.fetch, runtime })
}
