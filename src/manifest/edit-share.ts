import { DeltaError } from '../errors.ts'
import { changeRecord, createRecord, sameJson, shapeProblems } from '../record/index.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { checkShareName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import {
  describedShape,
  findTable,
  loadShare,
  noShare,
  type Share,
  type ShareDescription,
  shareKey,
  shareShape,
  type TableEntry,
} from './share.ts'
import { changedEntry, newEntry, type ShownTable, type TableChange, type TableName } from './table-entry.ts'
import { isoTime } from './time.ts'
import { MANIFEST_VERSION } from './version.ts'

export interface NewShare extends ShareDescription {
  readonly name: string
}

/** A share's description as it is to be. What is not said stays; null takes away. */
export type ShareChange = { readonly share: string } & {
  readonly [K in keyof ShareDescription]?: ShareDescription[K] | null
}

export interface NewTable extends ShownTable {
  readonly share: string
}

/** Creates an empty share. @throws {DeltaError} `already-exists`; `invalid-argument` for a name or a text that is not allowed. */
export async function createShare(store: ObjectStore, share: NewShare, options: ManifestOptions = {}): Promise<Share> {
  const created = newShare(share, options)
  const isOurs = (existing: Share): boolean => existing.id === created.id
  if (await createRecord(store, shareKey(share.name), shareShape, created, isOurs, options)) return created
  throw new DeltaError(
    'already-exists',
    `could not create share ${JSON.stringify(share.name)}: ${store.location} has one of that name; choose another, or drop it first`,
  )
}

/** Says other things about a share. @throws {DeltaError} `not-found`; `invalid-argument` for a text that is not allowed. */
export async function setShare(
  store: ObjectStore,
  { share: name, ...change }: ShareChange,
  options: ManifestOptions = {},
): Promise<Share> {
  return changeShare(store, name, options, (share) => describedAs(share, change))
}

/** Drops a share; its grants mean nothing from then on. The tables stay. @throws {DeltaError} `not-found`. */
export async function dropShare(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<void> {
  await loadShare(store, name, options)
  await store.delete([shareKey(name)], { signal: options.signal })
}

/**
 * Shows a table in a share.
 * @throws {DeltaError} `already-exists` when the share has a table of that name (whatever the case); `not-found` when
 * there is no such share; `invalid-argument` for a name, version or filter that is not allowed.
 */
export async function addTable(
  store: ObjectStore,
  { share: shareName, ...table }: NewTable,
  options: ManifestOptions = {},
): Promise<Share> {
  const entry = newEntry(table, options)
  return changeShare(store, shareName, options, (share) => {
    const existing = findTable(share, entry)
    if (existing?.id === entry.id) return share
    if (existing !== undefined) {
      throw new DeltaError(
        'already-exists',
        `could not add table ${entry.schema}.${entry.name} to share ${share.name}: it shows ${existing.schema}.${existing.name} already; change or remove that, or choose another name`,
      )
    }
    return withTables(share, [...share.tables, entry])
  })
}

/**
 * Changes in place what is shown of a table: its id stays, so that clients go on with what they hold.
 * @throws {DeltaError} `not-found`; `invalid-argument` for a version or filter that is not allowed.
 */
export async function setTable(
  store: ObjectStore,
  { share: shareName, ...change }: TableChange & { readonly share: string },
  options: ManifestOptions = {},
): Promise<Share> {
  return changeShare(store, shareName, options, (share) => {
    const entry = findTable(share, change)
    if (entry === undefined) throw noTable(share, change, 'change')
    const changed = changedEntry(entry, change)
    return withTables(
      share,
      share.tables.map((other) => (other === entry ? changed : other)),
    )
  })
}

/** Takes a table out of a share; the table itself stays. @throws {DeltaError} `not-found`. */
export async function removeTable(
  store: ObjectStore,
  { share: shareName, ...table }: TableName & { readonly share: string },
  options: ManifestOptions = {},
): Promise<Share> {
  let removed = false
  return changeShare(store, shareName, options, (share) => {
    const entry = findTable(share, table)
    // Gone at a second look after a lost answer: that was us, or somebody who wanted the same.
    if (entry === undefined && removed) return share
    if (entry === undefined) throw noTable(share, table, 'remove')
    removed = true
    return withTables(
      share,
      share.tables.filter((other) => other !== entry),
    )
  })
}

/** A share that is not written yet. @throws {DeltaError} `invalid-argument`. */
export function newShare({ name, ...description }: NewShare, { runtime = systemRuntime }: ManifestOptions): Share {
  checkShareName(name)
  return {
    manifestVersion: MANIFEST_VERSION,
    name,
    id: runtime.uuid(),
    ...checkedDescription(name, description),
    createdAt: isoTime(runtime.now()),
    generation: 0,
    tables: [],
  }
}

/** The next generation of a share with other tables; the very same share where they are the same entries. */
export function withTables(share: Share, tables: readonly TableEntry[]): Share {
  const isSame = tables.length === share.tables.length && tables.every((entry, i) => entry === share.tables[i])
  return isSame ? share : { ...share, generation: share.generation + 1, tables: [...tables] }
}

/** The next generation of a share that says other things of itself. @throws {DeltaError} `invalid-argument`. */
export function describedAs(share: Share, change: Omit<ShareChange, 'share'>): Share {
  const { displayName = share.displayName, comment = share.comment, properties = share.properties } = change
  const description = checkedDescription(share.name, {
    displayName: displayName ?? undefined,
    comment: comment ?? undefined,
    properties: properties ?? undefined,
  })
  const described = { ...share, ...description }
  return sameJson(described, share) ? share : { ...described, generation: share.generation + 1 }
}

function checkedDescription(name: string, description: ShareDescription): ShareDescription {
  const parsed = describedShape.safeParse(description)
  if (parsed.success) return { ...description, ...parsed.data }
  throw new DeltaError('invalid-argument', `share ${name}: ${shapeProblems(parsed.error, 'its description')}`)
}

function changeShare(
  store: ObjectStore,
  name: string,
  options: ManifestOptions,
  change: (share: Share) => Share,
): Promise<Share> {
  return changeRecord(store, shareKey(name), shareShape, change, () => noShare(store, name), options)
}

function noTable(share: Share, { schema, name }: TableName, verb: string): DeltaError {
  return new DeltaError(
    'not-found',
    `could not ${verb} table ${schema}.${name}: share ${share.name} shows no such table`,
  )
}
