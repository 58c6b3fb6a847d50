import { type DeltaError, isDeltaError } from '../../errors.ts'
import type { ShownTable } from '../../manifest/index.ts'
import type { ConnectorContext } from '../context.ts'
import { isFault } from './fault.ts'
import type { Fence } from './fence.ts'
import { findUnready } from './hindrance.ts'
import type { ShownWorkflow } from './show-workflow.ts'

/** A workflow that the next generation is to show. */
export interface Showing {
  readonly workflowId: string
  /** Its tables of versions, which are written. */
  readonly versions: readonly ShownTable[]
  /** Writes its latest table. */
  show(): Promise<ShownWorkflow>
}

/**
 * A workflow as the next generation shows it, with tables that are ready to be shown; or what stands against that and against no
 * other workflow. Nothing in sight tells of it yet.
 */
export async function showReady(
  context: ConnectorContext,
  fence: Fence,
  { workflowId, versions, show }: Showing,
): Promise<ShownWorkflow | DeltaError> {
  try {
    // The latest table comes after those of versions: it may be written where it is in sight.
    const hindrance = await findUnready(context, fence, workflowId, versions)
    if (hindrance !== undefined) return hindrance
    const shown = await show()
    return (await findUnready(context, fence, workflowId, shown.tables)) ?? shown
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
}

/** As {@link showReady}. @throws {DeltaError} what stands against it. */
export async function showOrThrow(context: ConnectorContext, fence: Fence, showing: Showing): Promise<ShownWorkflow> {
  const shown = await showReady(context, fence, showing)
  if (isDeltaError(shown)) throw shown
  return shown
}
