import { fieldAt, leafColumns, type StructType } from '../schema/index.ts'
import type { ColumnRef, Predicate } from './predicate.ts'

/**
 * The leaf column that a dotted name means: first as it is written, then ignoring case, as Delta's names are compared.
 * Undefined when there is none, or more than one.
 */
export function findColumn(schema: StructType, name: string): ColumnRef | undefined {
  const leaves = leafColumns(schema)
  const exact = leaves.filter(({ path }) => path.join('.') === name)
  const lower = name.toLowerCase()
  const found = exact.length > 0 ? exact : leaves.filter(({ path }) => path.join('.').toLowerCase() === lower)
  return found.length === 1 ? found[0] : undefined
}

/**
 * Whether the values of a column compare as plain bytes do: a CHAR is padded by some readers before it is compared, and a
 * collation has an order of its own.
 */
export function comparesAsBytes(schema: StructType, { path }: ColumnRef): boolean {
  return path.every((_, index) => {
    const { metadata = {} } = fieldAt(schema, path.slice(0, index + 1)) ?? {}
    const sqlType = metadata.__CHAR_VARCHAR_TYPE_STRING
    return metadata.__COLLATIONS === undefined && !(typeof sqlType === 'string' && CHAR.test(sqlType))
  })
}

/** Of a struct, the whole type stands at its top: `struct<code:char(5)>`. */
const CHAR = /\bchar/i

/** The paths of the columns that a predicate looks at, each once. */
export function predicateColumns(predicate: Predicate): string[][] {
  const paths = new Map<string, string[]>()
  const visit = (node: Predicate): void => {
    switch (node.op) {
      case 'and':
      case 'or':
        node.children.forEach(visit)
        break
      case 'not':
        visit(node.child)
        break
      default:
        paths.set(JSON.stringify(node.column.path), [...node.column.path])
    }
  }
  visit(predicate)
  return [...paths.values()]
}
