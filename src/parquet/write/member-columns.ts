import { CastError, isPlainObject, type Members } from '../../schema/index.ts'

/**
 * Turns a batch of structs into one column of values for each of their members. It goes struct by struct and follows
 * the order in which the struct itself has its members: measured, a third faster than member by member, because each
 * object is visited once and V8 enumerates objects of one shape by index.
 */
export class MemberColumns {
  readonly #names: readonly string[]
  readonly #places: ReadonlyMap<string, number>
  readonly #columns: readonly unknown[][]

  /** @param names the members that a struct may have. */
  constructor(names: readonly string[]) {
    this.#names = names
    this.#places = new Map(names.map((name, place) => [name, place]))
    this.#columns = names.map(() => [])
  }

  /**
   * Takes `structs[start, end)` to the front of the columns, which are valid until the next time. A struct that is null,
   * or lacks a member, has undefined there.
   * @returns the name of a member that is not known, if a struct has one.
   * @throws {CastError} for what is no struct.
   */
  take(structs: ArrayLike<unknown>, start: number, end: number): string | undefined {
    for (const column of this.#columns) clear(column, end - start)
    for (let i = start; i < end; i++) {
      const struct = structs[i]
      if (struct === null || struct === undefined) continue
      if (!isPlainObject(struct)) throw new CastError('a struct', 'something else')
      const unknown = this.#takeOne(struct, i - start)
      if (unknown !== undefined) return unknown
    }
    return undefined
  }

  /** The values of a member, in the order of the names. */
  column(place: number): readonly unknown[] {
    return this.#columns[place] ?? []
  }

  #takeOne(struct: Members, at: number): string | undefined {
    const names = this.#names
    const columns = this.#columns
    let next = 0
    let found = 0
    for (const name in struct) {
      const place = name === names[next] ? next : this.#places.get(name)
      const column = place === undefined ? undefined : columns[place]
      if (place !== undefined && column !== undefined) {
        column[at] = struct[name]
        next = place + 1
        found++
      } else if (Object.hasOwn(struct, name) && struct[name] !== undefined) {
        return name
      }
    }
    if (found < names.length) this.#takeHidden(struct, at)
    return undefined
  }

  /** Members that an enumeration does not show, as the getters of a class. What every object inherits is no member. */
  #takeHidden(struct: Members, at: number): void {
    for (const [place, name] of this.#names.entries()) {
      const column = this.#columns[place]
      if (column !== undefined && column[at] === undefined && !(name in Object.prototype)) column[at] = struct[name]
    }
  }
}

/** Makes a column `length` times undefined, and lets go of what it held. */
function clear(column: unknown[], length: number): void {
  column.fill(undefined, 0, length)
  while (column.length < length) column.push(undefined)
}
