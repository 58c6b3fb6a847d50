import { DeltaError } from '../../errors.ts'
import { formatColumnPath } from '../../schema/index.ts'
import type { FileLeaf } from './file-node.ts'
import type { SortingLeaf } from './footer.ts'
import type { SortingColumn } from './parquet-encoder.ts'
import { type ValueEncoder, type ValueEncoding, valueEncoder } from './value-encoding.ts'

/** The number of the leaf that an option names. @throws {DeltaError} `invalid-argument` when there is none. */
export type LeafFinder = (name: string, option: string) => number

/** Finds leaves by the names that options have for them: a column by its bare name, and any by its path. */
export function leafFinder(leaves: readonly FileLeaf[]): LeafFinder {
  const numbers = new Map<string, number>()
  for (const [number, { column }] of leaves.entries()) {
    for (const name of [...(column.length === 1 ? column : []), formatColumnPath(column)]) {
      if (!numbers.has(name)) numbers.set(name, number)
    }
  }
  return (name, option) => {
    const found = numbers.get(name)
    if (found !== undefined) return found
    const known = leaves.slice(0, SHOWN).map(({ column }) => formatColumnPath(column))
    const more = leaves.length > SHOWN ? ', …' : ''
    throw new DeltaError(
      'invalid-argument',
      `the option ${option} names '${name}', but the file stores no such column: choose from ${known.join(', ')}${more}`,
      { column: name },
    )
  }
}

/** How many columns a message lists. */
const SHOWN = 20

/** @throws {DeltaError} `invalid-argument` naming a column that is not there. */
export function sortingLeaves(find: LeafFinder, columns: readonly SortingColumn[]): SortingLeaf[] {
  return columns.map(({ column, descending = false, nullsFirst = false }) => {
    return { leaf: find(column, 'sortingColumns'), descending, nullsFirst }
  })
}

/**
 * The encoders of leaves that are to have an encoding of their own, by the numbers of the leaves.
 * @throws {DeltaError} `invalid-argument` naming a column that is not there, or whose type does not take the encoding.
 */
export function leafEncoders(
  leaves: readonly FileLeaf[],
  find: LeafFinder,
  encodings: Readonly<Record<string, ValueEncoding>>,
): ReadonlyMap<number, ValueEncoder> {
  const encoders = new Map<number, ValueEncoder>()
  for (const [name, encoding] of Object.entries(encodings)) {
    const number = find(name, 'encodings')
    const leaf = leaves[number]
    if (leaf !== undefined) encoders.set(number, valueEncoder(name, leaf.leaf, encoding))
  }
  return encoders
}
