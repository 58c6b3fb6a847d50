import { CastError, type ColumnStats } from '../../schema/index.ts'
import type { NodeWriter, Slots } from './node-writer.ts'

/** Holds values of the type void to be null, and stores nothing. */
export const voidWriter: NodeWriter = {
  write({ values, start, end }: Slots): void {
    for (let i = start; i < end; i++) {
      if (values[i] !== null && values[i] !== undefined) throw new CastError('void', 'a value')
    }
  },
  stats(): ColumnStats[] {
    return []
  },
}
