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
 * Whether a version's `.crc` file, if there is one, counts the files that a state has. It is a witness, not a judge: it may
 * be wrong itself.
 * @throws {DeltaError} of the store, but for `not-found`.
 */
export async function agreesWithChecksum(
  store: ObjectStore,
  file: string | undefined,
  { files }: TableState,
  signal?: AbortSignal,
): Promise<boolean> {
  const checksum = await readChecksum(store, file, signal)
  return checksum === undefined || (files.size === checksum.numFiles && files.bytes === checksum.tableSizeBytes)
}

/**
 * The counts of a `.crc` file; nothing where there is none or it is damaged, as nobody depends on it.
 * @throws {DeltaError} of the store, but for `not-found`.
 */
export async function readChecksum(
  store: ObjectStore,
  file: string | undefined,
  signal?: AbortSignal,
): Promise<Checksum | undefined> {
  if (file === undefined) return undefined
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
