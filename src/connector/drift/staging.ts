import { connectorFolder } from '../connector-record.ts'
import type { ConnectorContext } from '../context.ts'
import { deleteBelow } from '../delete-below.ts'
import type { Found } from './drift.ts'

const DAY = 86_400_000

/** Staged files that runs may go on with. */
export interface NeededFiles {
  readonly attempts: ReadonlySet<string>
  /** Runs by their names in keys, whatever the attempt: of those whose journals cannot be read nobody knows. */
  readonly runs: ReadonlySet<string>
}

/** Staged files to which nothing was added for a day and that no run needs any more, one finding for each attempt. */
export async function findStaging(context: ConnectorContext, { attempts, runs }: NeededFiles): Promise<Found[]> {
  const { store, id, runtime, signal } = context
  const prefix = `${connectorFolder(id)}/staging/`
  const newest = new Map<string, number>()
  for await (const { key, lastModified } of store.list({ prefix, signal })) {
    const [run = '', attempt = ''] = key.slice(prefix.length).split('/')
    if (attempts.has(attempt) || runs.has(run)) continue
    const folder = `${prefix}${run}/${attempt}/`
    newest.set(folder, Math.max(newest.get(folder) ?? 0, lastModified))
  }
  return [...newest]
    .filter(([, at]) => runtime.now() - at >= DAY)
    .map(([folder]) => ({
      drift: 'staged-files',
      message: `${store.location}/${folder} holds staged files of an attempt that nobody goes on with`,
      blame: 'kadoa',
      remedy: 'reconcile the connector',
      mend: () => deleteBelow(context, folder),
    }))
}
