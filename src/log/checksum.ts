import { isDeltaError } from '../errors.ts'
import { isJsonObject, parseJson } from '../json.ts'
import type { ObjectStore } from '../store/index.ts'
import { Fields } from './fields.ts'
import type { TableState } from './replay.ts'

/** What a version's `.crc` file counts (PROTOCOL.md "Version Checksum File"). */
export interface Checksum {
  readonly numFiles: number
  readonly tableSizeBytes: number
}

/**
 * The counts of a `.crc` file; nothing where it is gone or damaged, as nobody depends on it.
 * @throws {DeltaError} of the store, but for `not-found`.
 */
export async function readChecksum(
  store: ObjectStore,
  file: string,
  signal?: AbortSignal,
): Promise<Checksum | undefined> {
  try {
    const { body } = await store.get(file, { signal })
    const checksum = parseJson(new TextDecoder().decode(body), file)
    if (!isJsonObject(checksum)) return undefined
    const fields = new Fields('the checksum', checksum)
    return { numFiles: fields.count('numFiles'), tableSizeBytes: fields.count('tableSizeBytes') }
  } catch (error) {
    if (isDeltaError(error, 'not-found') || isDeltaError(error, 'invalid-data')) return undefined
    throw error
  }
}

/** Whether a state has the files that were counted. A checksum is a witness, not a judge: it may be wrong itself. */
export function agrees({ numFiles, tableSizeBytes }: Checksum, { files }: TableState): boolean {
  return files.size === numFiles && files.bytes === tableSizeBytes
}
