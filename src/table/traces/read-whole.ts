import { DeltaError } from '../../errors.ts'
import type { RandomAccess } from '../../parquet/index.ts'

/** The bytes from one place of an object to another, all of them. @throws {DeltaError} `unavailable` when bytes are missing. */
export async function readWhole(
  access: RandomAccess,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await access.read(start, end, signal)
  if (bytes.length === end - start) return bytes
  throw new DeltaError('unavailable', `${access.name} came shorter than its size: try again later`)
}
