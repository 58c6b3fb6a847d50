import { DeltaError } from '../errors.ts'
import type { DamagedRecord } from '../manifest/index.ts'
import { formatCount } from './grid.ts'

/**
 * Ends a command that listed all there is, the damaged objects among it.
 * @throws {DeltaError} `invalid-data` where there are any: a script that looks at the exit code alone learns of it too.
 */
export function failForDamaged(noun: string, entries: readonly (object | DamagedRecord)[]): void {
  const damaged = entries.filter((entry) => 'damaged' in entry)
  if (damaged.length === 0) return
  throw new DeltaError(
    'invalid-data',
    `${formatCount(damaged.length, `damaged ${noun}`)} of ${entries.length}: ${damaged.map((entry) => entry.damaged).join('; ')}; put the object back from a backup or an older version of it`,
  )
}
