import type { RandomAccess } from '../../parquet/index.ts'
import { findBytes } from './find-bytes.ts'
import type { Sought } from './needle.ts'
import { readWhole } from './read-whole.ts'

/** A place in an object where one of the values is. */
export interface Found {
  readonly where: 'data' | 'statistics' | 'other'
  readonly needle: number
  readonly column?: string
}

/** How many bytes are looked through at a time. */
const PIECE_BYTES = 8 * 1024 * 1024
/**
 * The places where the bytes of a text stand as they are, in pieces that overlap by what a text may be long.
 * @throws {DeltaError} `unavailable` when bytes are missing.
 */
export async function* findForms(
  access: RandomAccess,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly needle: number; readonly at: number }> {
  const longest = Math.max(1, ...sought.flatMap(({ forms }) => forms.map((form) => form.length)))
  for (let start = 0; start < access.size; start += PIECE_BYTES) {
    const end = Math.min(access.size, start + PIECE_BYTES + longest - 1)
    const bytes = await readWhole(access, start, end, signal)
    for (const [needle, { forms }] of sought.entries()) {
      for (const form of forms) {
        for (let at = findBytes(bytes, form); at >= 0; at = findBytes(bytes, form, at + 1))
          yield { needle, at: start + at }
      }
    }
  }
}
