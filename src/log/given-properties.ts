import { DeltaError } from '../errors.ts'
import { checkProperties } from './properties.ts'

/** What a user's list of properties comes to. */
export interface GivenProperties {
  /** To be kept in the table's configuration. */
  readonly properties: Readonly<Record<string, string>>
  /** Table features that the protocol is to have, used or not. */
  readonly features: readonly string[]
}

/**
 * Properties as users give them: `delta.feature.<name>=supported` asks for a table feature and is not kept, as in Spark.
 * @throws {DeltaError} `invalid-argument` naming a property that is none, does not fit, or that only Delta itself sets.
 */
export function takeProperties(given: Readonly<Record<string, string>>): GivenProperties {
  const properties: Record<string, string> = {}
  const features: string[] = []
  for (const [name, value] of Object.entries(given)) {
    checkSettable(name)
    if (!name.startsWith(FEATURE_PREFIX)) properties[name] = value
    else if (value === 'supported') features.push(name.slice(FEATURE_PREFIX.length))
    else
      throw new DeltaError('invalid-argument', `property ${name}: expected supported, found ${JSON.stringify(value)}`)
  }
  checkProperties(properties)
  return { properties, features }
}

const FEATURE_PREFIX = 'delta.feature.'

/** @throws {DeltaError} `invalid-argument` for a property that follows from others and is not for users. */
export function checkSettable(name: string): void {
  if (!KEPT_BY_DELTA.some((prefix) => name.startsWith(prefix))) return
  throw new DeltaError('invalid-argument', `property ${name} is kept by Delta itself: leave it out`)
}

const KEPT_BY_DELTA = [
  'delta.columnMapping.maxColumnId',
  'delta.inCommitTimestampEnablement',
  'delta.rowTracking.materialized',
]
