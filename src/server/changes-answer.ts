import { DeltaError } from '../errors.ts'
import { findGranted, type TableRequest } from './table-request.ts'

/** `GET …/changes`. @throws {DeltaError} `unsupported`, or `not-found` for a table that the recipient cannot see. */
export async function refuseChanges(about: TableRequest): Promise<never> {
  await findGranted(about)
  throw changesUnsupported('changes')
}

export function changesUnsupported(what: string): DeltaError {
  return new DeltaError(
    'unsupported',
    `${what} asks for the change data of a table, which this server does not answer: query the table's rows instead`,
    { feature: what },
  )
}
