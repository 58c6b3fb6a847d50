import { isDeltaError } from '../../errors.ts'
import type { ConnectorRecord } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import type { Fence } from '../publish/fence.ts'
import { leavingTables } from '../publish/reshow.ts'
import { finishUpdate } from '../update.ts'
import type { Found } from './drift.ts'

/**
 * An update that has not ended: whoever made it may have died between writing the configuration down and moving the share, and
 * recipients read until then what they should not any more.
 */
export async function findUnfinishedUpdate(context: ConnectorContext, fence: Fence): Promise<Found[]> {
  const message = begunUpdate(fence.record) ?? (await leftBehind(context, fence))
  if (message === undefined) return []
  const remedy = 'reconcile the connector, or update it with its configuration'
  return [{ drift: 'unfinished-update', message, blame: 'kadoa', remedy, mend: () => finishUpdate(context) }]
}

/** What is to be said of an update that was begun and has not ended, if there is one. */
export function begunUpdate({ id, isUpdating }: ConnectorRecord): string | undefined {
  if (isUpdating === undefined) return undefined
  return `an update of connector ${id} was begun and has not ended: recipients may see the share as it was before`
}

async function leftBehind(context: ConnectorContext, fence: Fence): Promise<string | undefined> {
  try {
    const names = (await leavingTables(context, fence)).map(({ name }) => name)
    if (names.length === 0) return undefined
    return `share ${fence.share.name} shows ${names.join(', ')}, which the configuration takes out of it`
  } catch (error) {
    // What tells of the tables cannot be read, which is told with their entries.
    if (isDeltaError(error, 'invalid-data') || isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}
