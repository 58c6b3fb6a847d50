import { openParquet } from '../../parquet/index.ts'
import type { ObjectStore } from '../../store/index.ts'
import { readBody } from '../read-commit.ts'
import { logAccess } from './access.ts'
import type { CheckpointFiles } from './choose.ts'
import { findActions, readAction } from './columns.ts'
import { checkpointLines } from './json-file.ts'
import { type Sidecar, sidecarsOf } from './rows.ts'

/**
 * The sidecars that a checkpoint names; only its top file is read.
 * @throws {DeltaError} `invalid-data` for a damaged one, `not-found`.
 */
export async function readSidecars(
  store: ObjectStore,
  { files, format, version }: CheckpointFiles,
  signal?: AbortSignal,
): Promise<Sidecar[]> {
  const sidecars: Sidecar[] = []
  for (const object of files) {
    if (format === 'json') {
      const { body, file } = await readBody(store, object.key, version, signal)
      for (const action of checkpointLines(body, file)) if ('sidecar' in action) sidecars.push(action.sidecar)
      continue
    }
    const parquet = await openParquet(logAccess(store, object), signal)
    for (const rowGroup of parquet.rowGroups.keys()) {
      const rows = (await findActions(parquet, rowGroup, ['sidecar'], signal)).get('sidecar') ?? []
      if (rows.length > 0) sidecars.push(...sidecarsOf(await readAction(parquet, rowGroup, 'sidecar', rows, signal)))
    }
  }
  return sidecars
}
