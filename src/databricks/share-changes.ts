import { DeltaError } from '../errors.ts'
import type { TableEntry, TableName } from '../manifest/index.ts'
import type { Obstacle, SharePlace } from './plane-context.ts'
import type { ShareChange, SharedObject } from './share.ts'
import { quoteIdentifier, quoteName } from './sql.ts'
import { catalogTableName, familyOf, firstName } from './table-name.ts'

/** How a share is to show one table; without an entry, not at all. */
export interface Wish extends TableName {
  readonly entry: TableEntry | undefined
  /** Its full name in Unity Catalog, where it must have another than it has now, or than a first one. */
  readonly table?: string | undefined
}

/**
 * The changes that bring what a share shows to what is wished, in the order in which they are to be made. Of tables that
 * nobody wishes anything about, and of objects that are not the plane's, nothing changes.
 * @throws {DeltaError} `already-exists` when somebody else's object has the name of a table.
 */
export function shareChanges(
  place: SharePlace,
  objects: readonly SharedObject[],
  wishes: readonly Wish[],
): ShareChange[] {
  const held = new Map(objects.map((object) => [aliasOf(object), object]))
  const byPlace = objectsByPlace(objects)
  const wished = new Set(wishes.flatMap(({ entry }) => (entry === undefined ? [] : [fullNameOf(place, entry)])))
  const removed = new Set<string>()
  const moved: ShareChange[] = []
  const added: ShareChange[] = []
  const updated: ShareChange[] = []
  for (const { entry, table, ...name } of wishes) {
    const shown = held.get(aliasKey(name))
    if (entry === undefined) {
      if (shown !== undefined && isOurs(place, shown)) removed.add(shown.name)
      continue
    }
    const there = byPlace.get(fullNameOf(place, entry))
    const add = addition(entry, table ?? there?.name.toLowerCase() ?? fullNameOf(place, entry))
    // A table is in a share once: under another name, which somebody gave it, it stands in its own way.
    if (there !== undefined && there !== shown && isOurs(place, there)) removed.add(there.name)
    if (shown === undefined) {
      added.push(add)
      continue
    }
    if (!isOurs(place, shown)) throw foreignAlias(place, name, shown)
    if (shown.name.toLowerCase() === add.table) {
      // A start does not move, and whether a filter or a change feed can be taken off is not known.
      if (startsOtherwise(shown, entry) || shown.isPartial || hasOtherFeed(shown, entry)) {
        moved.push({ action: 'REMOVE', table: shown.name }, add)
      } else if (shown.history !== entry.history || saysOtherwise(shown, entry)) {
        const { history, comment } = entry
        updated.push({ action: 'UPDATE', table: add.table, history, comment })
      }
    } else if (shown !== there && wished.has(firstName(shown.name.toLowerCase()))) {
      // Somebody exchanged names: the table has to leave this one before it gets its own.
      removed.add(shown.name)
      added.push(add)
    } else {
      // One right after the other, so that both go in one call: a name is not taken over.
      moved.push({ action: 'REMOVE', table: shown.name }, add)
    }
  }
  const removals = [...removed].map((table): ShareChange => ({ action: 'REMOVE', table }))
  return [...removals, ...moved, ...added, ...updated]
}

/** What a share shows, by the full names with which tables were registered first where they lie. */
export function objectsByPlace(objects: readonly SharedObject[]): ReadonlyMap<string, SharedObject> {
  return new Map(objects.map((object) => [firstName(object.name.toLowerCase()), object]))
}

/** Whether an object of a share shows a table where the entry says that it lies. */
export function isAt(place: SharePlace, { name }: SharedObject, entry: TableEntry): boolean {
  return firstName(name.toLowerCase()) === fullNameOf(place, entry)
}

/** A table that is to be shown, and its full name in Unity Catalog. */
export interface TableToRegister {
  readonly entry: TableEntry
  readonly table: string
}

/** The full name of a table of a share in Unity Catalog: its first one. */
export function fullNameOf({ schema }: SharePlace, { name, location }: Pick<TableEntry, 'name' | 'location'>): string {
  return `${schema}.${catalogTableName(name, location)}`
}

/** The object by which a share shows a table, as the catalog has it. */
export function objectOf(objects: readonly SharedObject[], name: TableName): SharedObject | undefined {
  return objects.find((object) => aliasOf(object) === aliasKey(name))
}

/** Whether an object of a share is the plane's to change: no view, volume or model is, whatever it is called. */
export function isOurs({ schema }: SharePlace, { name, type = 'TABLE' }: SharedObject): boolean {
  const lower = name.toLowerCase()
  return type === 'TABLE' && lower.startsWith(`${schema}.`) && familyOf(lower) !== undefined
}

/** The names under which recipients see the tables of the plane, in lower case. */
export function ownTables(place: SharePlace, objects: readonly SharedObject[]): TableName[] {
  const own = objects.filter((object) => isOurs(place, object))
  return own.map(tableNameOf)
}

/** The name under which recipients see an object, in lower case. */
export function tableNameOf(object: SharedObject): TableName {
  const [schema = '', name = ''] = aliasOf(object).split('.')
  return { schema, name }
}

/** The name under which recipients see an object, in lower case: without another, its own. */
function aliasOf({ name, sharedAs }: SharedObject): string {
  return (sharedAs ?? name.split('.').slice(-2).join('.')).toLowerCase()
}

export function aliasKey({ schema, name }: TableName): string {
  return `${schema}.${name}`.toLowerCase()
}

type Addition = Extract<ShareChange, { action: 'ADD' }>

function addition(entry: TableEntry, table: string): Addition {
  const { schema, name, history, comment } = entry
  return {
    action: 'ADD',
    table,
    sharedAs: `${schema}.${name}`,
    comment,
    history,
    // Unless it is said, only what is committed from now on could be read.
    ...(history ? { startVersion: startOf(entry) } : {}),
  }
}

/** Of a comment that was not published, nobody knows what it should say. */
function saysOtherwise({ comment = '' }: SharedObject, entry: TableEntry): boolean {
  return entry.comment !== undefined && entry.comment !== comment
}

function startsOtherwise(shown: SharedObject, entry: TableEntry): boolean {
  // Where it is not told, nothing is known to be otherwise.
  return entry.history && shown.startVersion !== undefined && shown.startVersion !== startOf(entry)
}

/** Whether somebody had the changes of a table shown without its history: where it is shown with, they go with it. */
function hasOtherFeed({ changeFeed, history }: SharedObject, entry: TableEntry): boolean {
  return changeFeed && !history && !entry.history
}

function startOf({ startVersion = 0 }: TableEntry): number {
  return startVersion
}

function foreignAlias(place: SharePlace, name: TableName, object: SharedObject): DeltaError {
  const { message, remedy } = whyForeign(place, name, object)
  return new DeltaError('already-exists', `${message}; ${remedy}`, { blame: 'kadoa' })
}

/** Of an object of somebody else's under the name of a table. */
export function whyForeign(place: SharePlace, { schema, name }: TableName, object: SharedObject): Obstacle {
  const message = `share ${place.share} cannot show ${schema}.${name}: somebody else shows ${object.name} under that name`
  return { message, remedy: howToTakeOut(place, object) }
}

/** Who takes out of a share what the plane does not touch, and how. */
export function howToTakeOut({ share }: SharePlace, { name, type = 'TABLE' }: SharedObject): string {
  return `the owner of the share runs: ALTER SHARE ${quoteIdentifier(share)} REMOVE ${type.replaceAll('_', ' ')} ${quoteName(name)}`
}
