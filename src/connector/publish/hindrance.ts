import { DeltaError, isDeltaError } from '../../errors.ts'
import { type Finding, findTable, type ShownTable, sameName, type TableToShow } from '../../manifest/index.ts'
import type { ConnectorContext } from '../context.ts'
import { ACTIVITY_LOG } from '../metadata/activity-log.ts'
import { inspectPlane } from '../setup.ts'
import { formatLatestTable, formatVersionTable } from '../table-name.ts'
import { tablePlace } from '../table-place.ts'
import { isFault } from './fault.ts'
import { type Fence, hasLostLog, metadataToShow } from './fence.ts'

/** The table of a version of a workflow's schema that is to be shown; without a version, of one that is not known yet. */
export interface VersionToShow {
  readonly workflowId: string
  readonly schemaVersion?: number | undefined
}

/**
 * What hinders the tables that workflows bring to the share, by workflow: looked for before anything of them is in sight, on
 * planes where a commit is seen at once. Most publications bring none, so that this costs them no request.
 * @param toShow the first that come are the first to have room.
 */
export function findHindrances(
  context: ConnectorContext,
  fence: Fence,
  toShow: readonly VersionToShow[],
): Promise<ReadonlyMap<string, DeltaError>> {
  const { share, record } = fence
  const { schema } = record
  const isNew = (name: string): boolean => findTable(share, { schema, name }) === undefined
  // As far as it is known: where the latest table has been shown before, it may lie further on.
  const newTable = (name: string): TableToShow => ({
    schema,
    name,
    location: tablePlace(context, schema, name).location,
  })
  const metadata = metadataToShow(fence)
  const coming = new Map<string, TableToShow[]>()
  for (const { workflowId, schemaVersion } of toShow) {
    const versions = schemaVersion === undefined ? [] : [formatVersionTable(workflowId, schemaVersion)]
    const names = [formatLatestTable(workflowId), ...versions].filter(isNew)
    const known = coming.get(workflowId) ?? metadata.map(newTable)
    const added = names.filter((name) => !known.some((table) => table.name === name))
    coming.set(workflowId, [...known, ...added.map(newTable)])
  }
  return inspect(context, fence, coming)
}

/** @throws {DeltaError} the first that {@link findHindrances} finds. */
export async function checkHindrances(
  context: ConnectorContext,
  fence: Fence,
  toShow: readonly VersionToShow[],
): Promise<void> {
  for (const error of (await findHindrances(context, fence, toShow)).values()) throw error
}

/**
 * Makes sure that nothing hinders the activity log where it is to be shown and is not, as before the first time or after it was
 * switched on again.
 * @throws {DeltaError} what hinders it.
 */
export async function checkLogComing(context: ConnectorContext, fence: Fence): Promise<void> {
  if (!hasLostLog(fence)) return
  const { schema } = fence.record
  const { name } = ACTIVITY_LOG
  const { location } = tablePlace(context, schema, name)
  const [failure] = await failuresOf(context, fence, [{ schema, name, location }])
  if (failure !== undefined) throw hindered(name, failure)
}

/**
 * Makes tables of a workflow, which are written by now, ready to be shown, while nothing in sight tells of them, on planes where a
 * commit is seen at once.
 * @returns what stands against one of them: no reason to hold other workflows up.
 */
export async function findUnready(
  context: ConnectorContext,
  fence: Fence,
  workflowId: string,
  tables: readonly ShownTable[],
): Promise<DeltaError | undefined> {
  const { plane } = context
  const { share } = fence
  const coming = tables.filter((table) => findTable(share, table)?.location !== table.location)
  if (plane.promises.pinned || coming.length === 0) return undefined
  // What is new was inspected before it was committed.
  const isMoving = coming.every((table) => findTable(share, table) !== undefined)
  const hindrances = isMoving ? await inspect(context, fence, new Map([[workflowId, coming]])) : undefined
  const hindrance = hindrances?.get(workflowId)
  if (hindrance !== undefined) return hindrance
  try {
    await plane.prepare({ share, tables: coming })
    return undefined
  } catch (error) {
    if (isFault(error) || isDeltaError(error, 'permission-denied')) return error
    throw error
  }
}

async function inspect(
  context: ConnectorContext,
  fence: Fence,
  coming: ReadonlyMap<string, readonly TableToShow[]>,
): Promise<ReadonlyMap<string, DeltaError>> {
  const found = new Map<string, DeltaError>()
  const tables = new Map([...coming.values()].flat().map((table) => [table.name, table]))
  const failures = await failuresOf(context, fence, [...tables.values()])
  for (const [workflowId, own] of coming) {
    const first = failures.find(({ table }) =>
      own.some((each) => table === undefined || sameName(each.name, table.name)),
    )
    if (first !== undefined) found.set(workflowId, hindered(`workflow ${workflowId}`, first))
  }
  return found
}

async function failuresOf(
  context: ConnectorContext,
  { record }: Fence,
  tables: readonly TableToShow[],
): Promise<Finding[]> {
  if (context.plane.promises.pinned || tables.length === 0) return []
  return (await inspectPlane(context, record, { only: 'new-tables', tables })).filter(({ ok }) => !ok)
}

function hindered(what: string, { message, remedy, blame, table }: Finding): DeltaError {
  const text = `${what} cannot be published: ${message}; ${remedy}`
  // What stands against one table is a fault of its workflow alone.
  if (table === undefined) return new DeltaError('permission-denied', text, { blame })
  return new DeltaError('unsupported', text, { blame, feature: 'new tables' })
}
