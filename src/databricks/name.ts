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

const SHARING_IDENTIFIER = /^[a-z0-9-]+:[a-z0-9-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A sharing identifier, `<cloud>:<region>:<uuid>`, as people paste it: with blanks around it, or in capitals. A recipient
 * finds it in Databricks; SQL: `SELECT CURRENT_METASTORE()`.
 * @throws {DeltaError} `invalid-argument` when it is none.
 */
export function parseSharingIdentifier(text: string): string {
  const identifier = text.trim().toLowerCase()
  if (SHARING_IDENTIFIER.test(identifier)) return identifier
  throw new DeltaError(
    'invalid-argument',
    `${JSON.stringify(text.slice(0, 120))} is no sharing identifier: expected <cloud>:<region>:<uuid>, such as aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016`,
  )
}
