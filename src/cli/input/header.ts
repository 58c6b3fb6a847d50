import { DeltaError } from '../../errors.ts'
import type { Cells } from './delimited.ts'

/**
 * The column names in a header row, in their order.
 * @throws {DeltaError} `invalid-data` for a column without a name, two of one name, or a file that is separated by
 * something else.
 */
export function parseHeader(cells: Cells, file: string): readonly string[] {
  const [only] = cells
  const separator = cells.length === 1 && typeof only === 'string' ? otherSeparator(only) : undefined
  if (separator !== undefined) {
    throw new DeltaError(
      'invalid-data',
      `${file} has a single column ${JSON.stringify(only)}: its cells seem to be separated by ${separator.what}; ${separator.wayOut}`,
      { file },
    )
  }
  return cells.map((cell) => cell?.trim() ?? '')
}

/** @throws {DeltaError} `invalid-data`: by these names the cells of a row could not be told apart. */
export function checkHeader(names: readonly string[], file: string): void {
  names.forEach((name, i) => {
    const first = names.indexOf(name)
    if (name !== '' && first === i) return
    const problem =
      name === ''
        ? `column ${i + 1} of ${names.length} has no name in the header row`
        : `columns ${first + 1} and ${i + 1} are both called ${JSON.stringify(name)}`
    throw new DeltaError('invalid-data', `${file}: ${problem}; name every column, or let --rename-columns do it`, {
      file,
    })
  })
}

function otherSeparator(header: string): { what: string; wayOut: string } | undefined {
  if (header.includes('\t')) return { what: 'tabs', wayOut: 'say --format tsv' }
  if (header.includes(',')) return { what: 'commas', wayOut: 'say --format csv' }
  for (const separator of [';', '|']) {
    if (header.includes(separator)) {
      return { what: JSON.stringify(separator), wayOut: 'write it with commas, quoting cells that hold one' }
    }
  }
  return undefined
}
