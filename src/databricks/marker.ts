import { sha256Text } from '#hash'
import type { ObjectStore } from '../store/index.ts'
import { quoteIdentifier, quoteText } from './sql.ts'

const DIGITS = 12

/**
 * What a comment ends with by which the plane knows what it has made itself, before its ledger says so: the same for all
 * who work on one ledger, and nobody learns from it where that is.
 */
function markerOf(ledger: ObjectStore): string {
  return `[deltaquill ${sha256Text(ledger.location, 'hex').slice(0, DIGITS)}]`
}

export function marked(ledger: ObjectStore, comment: string | undefined): string {
  const marker = markerOf(ledger)
  return comment === undefined || comment === '' ? marker : `${comment} ${marker}`
}

export function isMarked(ledger: ObjectStore, { comment }: { readonly comment?: string | undefined }): boolean {
  return comment?.endsWith(markerOf(ledger)) === true
}

/** Who must do what about something that has our name, and not our mark. */
export function howToOwn(ledger: ObjectStore, kind: 'SHARE' | 'RECIPIENT', name: string): string {
  const marking = `COMMENT ON ${kind} ${quoteIdentifier(name)} IS ${quoteText(markerOf(ledger))}`
  return `where it is another, its owner drops or renames it; where its comment alone was changed, its owner runs: ${marking}`
}
