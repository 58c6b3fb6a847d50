import { type DeltaErrorCode, isDeltaError, messageOf } from '../../errors.ts'
import type { Share, TableEntry } from '../share.ts'

/** The few assertions that the contract needs. A broken promise is an `Error`: a verdict on the plane, not a failed call. */
export function check(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`the plane breaks its contract: ${promise}`)
}

/** Compares as JSON. */
export function checkEqual(found: unknown, expected: unknown, promise: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)]
  check(a === b, `${promise}: expected ${b}, found ${a}`)
}

export async function checkFails(code: DeltaErrorCode, call: () => Promise<unknown>, promise: string): Promise<void> {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const found = error === undefined ? 'the call succeeded' : messageOf(error)
  check(isDeltaError(error, code), `${promise}: expected a DeltaError "${code}", found: ${found}`)
}

/** The names of the tables that a share shows, as `schema.table` in lower case, sorted. */
export function shownNames({ tables }: Share): string[] {
  return tables.map(({ schema, name }) => `${schema}.${name}`.toLowerCase()).sort()
}

export function entryOf({ tables }: Share, name: string): TableEntry {
  const entry = tables.find((table) => table.name.toLowerCase() === name)
  if (entry === undefined) throw new Error(`the plane breaks its contract: the share shows ${name}`)
  return entry
}
