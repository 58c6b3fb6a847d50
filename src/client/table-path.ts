import { DeltaError } from '../errors.ts'

/** A shared table by its three names. */
export interface TablePath {
  readonly share: string
  readonly schema: string
  readonly table: string
}

/**
 * Splits `share.schema.table` from the right: only the name of a share may hold dots.
 * @throws {DeltaError} `invalid-argument`.
 */
export function parseTablePath(text: string): TablePath {
  const [, share, schema, table] = /^(.+)\.([^.]+)\.([^.]+)$/.exec(text) ?? []
  if (share !== undefined && schema !== undefined && table !== undefined) return { share, schema, table }
  throw new DeltaError('invalid-argument', `expected share.schema.table, found ${JSON.stringify(text.slice(0, 200))}`)
}
