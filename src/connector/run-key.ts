import { sha256Hex } from './digest.ts'

/** Lower case only, because some disks take `abc` and `ABC` for one file. */
const SIMPLE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const MAX_LENGTH = 64
const MAX_READABLE = 40

/**
 * A run's id as the name of an object: a UUID stands as it is; every other id that is not plain is made readable and
 * carries its SHA-256, after an underscore, which no plain id has.
 */
export function runKey(runId: string): string {
  if (runId.length <= MAX_LENGTH && SIMPLE.test(runId)) return runId
  const readable = runId
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_READABLE)
    .replaceAll(/^-+|-+$/g, '')
  return `${readable}_${sha256Hex(runId)}`
}
