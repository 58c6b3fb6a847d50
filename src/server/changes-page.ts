import type { EndStreamLine } from '../wire/index.ts'
import type { AuditRecord } from './audit-record.ts'
import type { SharedChange } from './change-lines.ts'
import type { ChangesPosition } from './changes-pin.ts'

/** The lines of one page, and what is known once all of them were taken. */
export interface ChangesPage {
  readonly lines: AsyncGenerator<string>
  end(): EndStreamLine
}

/**
 * Cuts a page off the lines of an answer of changes, and notes in the record what it holds.
 * @param maxFiles files wanted in the page; all unless said.
 */
export function changesPage(
  head: string,
  changes: AsyncGenerator<SharedChange>,
  {
    maxFiles = Number.POSITIVE_INFINITY,
    tokenFor,
    record,
  }: {
    readonly maxFiles?: number | undefined
    readonly tokenFor: (position: ChangesPosition) => string
    readonly record: AuditRecord
  },
): ChangesPage {
  let cutAt: ChangesPosition | undefined
  let minUrlExpirationTimestamp: number | undefined
  async function* lines(): AsyncGenerator<string> {
    let [files, bytes] = [0, 0]
    let next: ChangesPosition | undefined
    record.files = files
    record.bytes = bytes
    yield head
    for await (const change of changes) {
      if (files >= maxFiles && next !== undefined) {
        cutAt = next
        return
      }
      yield change.line
      if (change.file === undefined) continue
      next = change.next
      record.files = ++files
      record.bytes = bytes += change.file.size
      minUrlExpirationTimestamp = Math.min(change.file.expiresAt, minUrlExpirationTimestamp ?? change.file.expiresAt)
    }
  }
  return {
    lines: lines(),
    end: () => ({
      ...(cutAt === undefined ? {} : { nextPageToken: tokenFor(cutAt) }),
      ...(minUrlExpirationTimestamp === undefined ? {} : { minUrlExpirationTimestamp }),
    }),
  }
}
