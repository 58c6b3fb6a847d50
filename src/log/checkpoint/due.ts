import type { ObjectStore } from '../../store/index.ts'
import type { Metadata } from '../actions.ts'
import { formatVersionPrefix } from '../paths.ts'
import { integerOf } from '../statistics.ts'

const INTERVAL = 10

/** Every how many commits a table wants a checkpoint: `delta.checkpointInterval`. */
export function checkpointInterval({ configuration }: Metadata): number {
  const interval = integerOf(configuration['delta.checkpointInterval'])
  return interval !== undefined && interval > 0 ? interval : INTERVAL
}

/** Whether somebody wrote a checkpoint of this version, of any kind. Costs one listing. */
export async function hasCheckpoint(store: ObjectStore, version: number, signal?: AbortSignal): Promise<boolean> {
  const prefix = `${formatVersionPrefix(version)}.checkpoint.`
  for await (const _ of store.list({ prefix, delimiter: '/', signal })) return true
  return false
}
