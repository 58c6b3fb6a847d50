import { DeltaError } from '../../errors.ts'
import { columnId, physicalName, type StructField } from '../../schema/index.ts'
import type { SchemaNode } from './schema-tree.ts'

/** By what the columns of a file are found: by the physical names of fields, or by the ids of column mapping. */
export type MatchBy = 'name' | 'id'

type Children = ReadonlyMap<string | number, readonly SchemaNode[]>

/**
 * Finds the columns of a file that belong to the fields of a table. A group's columns are put in order once, so that wide
 * groups of many row groups stay cheap.
 */
export class ColumnFinder {
  readonly #matchBy: MatchBy
  readonly #byId = new Map<SchemaNode, Children>()
  readonly #byName = new Map<SchemaNode, Children>()
  /** By lower-case names: needed by few files only. */
  readonly #caseless = new Map<SchemaNode, Children>()

  constructor(matchBy: MatchBy) {
    this.#matchBy = matchBy
  }

  /**
   * The column of the group that belongs to a field; undefined when the file lacks it. Names are those of the table, else
   * they differ by case only: Delta's names ignore it. Where columns are found by ids, a field without one is that column
   * of its name that has none either, such as the type of a change in a change file.
   * @throws {DeltaError} `unsupported` when several columns could be meant.
   */
  find(group: SchemaNode, field: StructField): SchemaNode | undefined {
    const id = this.#matchBy === 'id' ? columnId(field) : undefined
    if (id !== undefined) {
      const children = cached(this.#byId, group, () => grouped(group, ({ element }) => element.field_id))
      // In a file without ids, of a writer that knows of none, every column would count as missing.
      if (children.size === 0) throw new RangeError('its columns have no ids by which to find them')
      return onlyOne(children.get(id), group, `of the id ${id}`)
    }
    const name = physicalName(field)
    const byName = cached(this.#byName, group, () => grouped(group, (node) => this.#nameOf(node)))
    const exact = onlyOne(byName.get(name), group, `called '${name}'`)
    if (exact !== undefined) return exact
    const caseless = cached(this.#caseless, group, () => grouped(group, (node) => this.#nameOf(node)?.toLowerCase()))
    return onlyOne(caseless.get(name.toLowerCase()), group, `called '${name}', but for upper and lower case`)
  }

  #nameOf({ element }: SchemaNode): string | undefined {
    return this.#matchBy === 'id' && element.field_id !== undefined ? undefined : element.name
  }
}

function cached(known: Map<SchemaNode, Children>, group: SchemaNode, make: () => Children): Children {
  const children = known.get(group) ?? make()
  known.set(group, children)
  return children
}

function grouped({ children }: SchemaNode, keyOf: (node: SchemaNode) => string | number | undefined): Children {
  const groups = new Map<string | number, SchemaNode[]>()
  for (const node of children) {
    const key = keyOf(node)
    if (key === undefined) continue
    const twins = groups.get(key)
    if (twins === undefined) groups.set(key, [node])
    else twins.push(node)
  }
  return groups
}

function onlyOne(nodes: readonly SchemaNode[] | undefined, { path }: SchemaNode, what: string): SchemaNode | undefined {
  if (nodes === undefined || nodes.length < 2) return nodes?.[0]
  const place = path.length === 0 ? 'the file' : `'${path.join('.')}'`
  const column = nodes[0]?.path.join('.') ?? ''
  throw new DeltaError('unsupported', `${place} has ${nodes.length} columns ${what}: which is meant cannot be told`, {
    column,
  })
}
