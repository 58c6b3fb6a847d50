import { sha256Text } from '#hash'
import { formatJson, type JsonValue } from '../json.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { Caller } from './authenticate.ts'

/** Milliseconds for which a recipient may go on with an answer, counted from when it began. */
export const TOKEN_LIFETIME = 24 * 3_600_000

/** Who asks about which table. */
export interface Asker {
  readonly caller: Caller
  readonly entry: TableEntry
}

/**
 * For whom and for what a token is good: for one recipient and one table, and where `wanted` is given for no other
 * question.
 */
export function tokenScope({ caller, entry }: Asker, wanted?: JsonValue): string {
  const scope = [caller.recipient.id, entry.id]
  if (wanted !== undefined) scope.push(sha256Text(formatJson(wanted), 'hex').slice(0, 32))
  return scope.join('\n')
}
