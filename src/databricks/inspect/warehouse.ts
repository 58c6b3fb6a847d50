import { type DeltaErrorCode, isDeltaError } from '../../errors.ts'
import { type Finding, failed, passed } from '../../manifest/index.ts'
import type { Subject } from './subject.ts'

/** What says nothing of the warehouse that is asked for. */
const NO_ANSWER: ReadonlySet<DeltaErrorCode> = new Set(['unauthenticated', 'unavailable', 'rate-limited', 'aborted'])

/**
 * Whether the SQL warehouse is there on which tables are registered, and we may use it: whoever may sees its details. It is
 * not started.
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
    if (!isDeltaError(error) || NO_ANSWER.has(error.code)) throw error
    if (error.code !== 'permission-denied') return [failed(check, error.message, remedy)]
    return [
      failed(
        check,
        `${principal} may not use SQL warehouse ${warehouseId}: ${error.message}`,
        `its manager grants ${principal} Can use at SQL Warehouses, the warehouse, Permissions`,
      ),
    ]
  }
}
