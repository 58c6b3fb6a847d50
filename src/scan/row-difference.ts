import type { RowSet } from '../parquet/index.ts'

/** All rows but those of one set that are not in another: what to leave out where only the difference is wanted. */
export function allBut(wanted: RowSet, except: RowSet | undefined): RowSet {
  return {
    mark(start, end, marks, at) {
      const isWanted = new Uint8Array(end - start)
      const isExcept = new Uint8Array(end - start)
      wanted.mark(start, end, isWanted, 0)
      except?.mark(start, end, isExcept, 0)
      for (let i = 0; i < isWanted.length; i++) {
        if (isWanted[i] === 0 || isExcept[i] === 1) marks[at + i] = 1
      }
    },
  }
}
