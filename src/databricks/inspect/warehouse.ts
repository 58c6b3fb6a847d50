import { isDeltaError } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { Subject } from './subject.ts'

/**
 * Whether the SQL warehouse is there on which tables are registered. It is not started: whether we may use it shows the first
 * statement, where we may not look at it.
 */
export async function inspectWarehouse({ context, principal }: Subject): Promise<Finding[]> {
  const { catalog, warehouseId } = context
  if (warehouseId === undefined) return []
  const check = 'warehouse'
  const remedy = `take the id of one from the workspace at SQL Warehouses, and have its manager grant ${principal} Can use`
  try {
    const warehouse = await catalog.statements.findWarehouse(warehouseId)
    if (warehouse === undefined) return [failed(check, `there is no SQL warehouse ${warehouseId}`, remedy)]
    return [passed(check, `SQL warehouse ${warehouse.name} is there`)]
  } catch (error) {
    if (!isDeltaError(error, 'permission-denied')) throw error
    return [
      passed(check, `${principal} may not look at SQL warehouse ${warehouseId}: whether it may use it cannot be told`),
    ]
  }
}
