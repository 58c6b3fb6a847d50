/** Where in a schema: the column, and what messages call the part of it that is meant. */
export interface Place {
  /** The name of the column. */
  readonly column: string
  /** The same with the way down from it: `a[].b`, `m{}` for the values of a map, `m{key}` for its keys. */
  readonly at: string
  /** How many steps down. */
  readonly depth: number
}

export function topPlace(column: string): Place {
  return { column, at: column, depth: 0 }
}

export function inside({ column, at, depth }: Place, step: string): Place {
  return { column, at: at + step, depth: depth + 1 }
}
