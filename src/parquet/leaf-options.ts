import { DeltaError } from '../errors.ts'
import { formatColumnPath } from '../schema/index.ts'
import type { FileLeaf } from './file-node.ts'
import type { SortingLeaf } from './footer.ts'
import type { SortingColumn } from './parquet-encoder.ts'
import { type ValueEncoder, type ValueEncoding, valueEncoder } from './value-encoding.ts'

/**
 * The number of the leaf that an option names: a column by its bare name, or any by its path.
 * @throws {DeltaError} `invalid-argument` when there is none.
 */
export function findLeaf(leaves: readonly FileLeaf[], name: string, option: string): number {
  const found = leaves.findIndex(({ column }) => {
    return (column.length === 1 && column[0] === name) || formatColumnPath(column) === name
  })
  if (found >= 0) return found
  const known = leaves.slice(0, SHOWN).map(({ column }) => formatColumnPath(column))
  const more = leaves.length > SHOWN ? ', …' : ''
  throw new DeltaError(
    'invalid-argument',
    `the option ${option} names '${name}', but the file stores no such column: choose from ${known.join(', ')}${more}`,
    { column: name },
  )
}

/** How many columns a message lists. */
const SHOWN = 20

/** @throws {DeltaError} `invalid-argument` naming a column that is not there. */
export function sortingLeaves(leaves: readonly FileLeaf[], columns: readonly SortingColumn[]): SortingLeaf[] {
  return columns.map(({ column, descending = false, nullsFirst = false }) => {
    return { leaf: findLeaf(leaves, column, 'sortingColumns'), descending, nullsFirst }
  })
}

/**
 * The encoders of leaves that are to have an encoding of their own, by the numbers of the leaves.
 * @throws {DeltaError} `invalid-argument` naming a column that is not there, or whose type does not take the encoding.
 */
export function leafEncoders(
  leaves: readonly FileLeaf[],
  encodings: Readonly<Record<string, ValueEncoding>>,
): ReadonlyMap<number, ValueEncoder> {
  const encoders = new Map<number, ValueEncoder>()
  for (const [name, encoding] of Object.entries(encodings)) {
    const number = findLeaf(leaves, name, 'encodings')
    const leaf = leaves[number]
    if (leaf !== undefined) encoders.set(number, valueEncoder(name, leaf.leaf, encoding))
  }
  return encoders
}
