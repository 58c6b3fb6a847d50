import { DeltaError } from '../errors.ts'

/**
 * A name as one segment of a path.
 * @throws {DeltaError} `invalid-argument` for a name that would address something else than the thing it names.
 */
export function pathSegment(what: string, name: string): string {
  // "." and ".." survive percent-encoding, and a URL without the last segment is the list of all.
  if (name === '' || name === '.' || name === '..') {
    throw new DeltaError('invalid-argument', `${JSON.stringify(name)} is no name of a ${what}`)
  }
  return encodeURIComponent(name.toWellFormed())
}
