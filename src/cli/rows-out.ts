import type { Row } from '../schema/index.ts'
import type { Session } from './session.ts'

/** Lines gathered before they are written: few writes, little held back. */
const WRITE_CHARACTERS = 64 * 1024

/** Rows on stdout, one JSON object a line, whether or not `--json` was given. */
export async function writeRows(
  rows: AsyncIterable<Row>,
  format: (row: Row) => string,
  session: Session,
): Promise<void> {
  let lines = ''
  for await (const row of rows) {
    lines += `${format(row)}\n`
    if (lines.length < WRITE_CHARACTERS) continue
    await session.out.write(lines)
    lines = ''
  }
  if (lines !== '') await session.out.write(lines)
}
