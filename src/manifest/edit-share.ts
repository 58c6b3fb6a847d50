import { DeltaError } from '../errors.ts'
import { systemRuntime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import { checkShareName, checkTableName } from './name.ts'
import { changeObject, createObject, MANIFEST_VERSION, type ManifestOptions } from './object.ts'
import { findTable, loadShare, noShare, type Share, shareKey, shareShape, type TableEntry } from './share.ts'
import { isoTime } from './time.ts'

export interface NewTable {
  readonly share: string
  readonly schema: string
  readonly name: string
  /** Location string of the table. Whether a table is there is for the caller to check. */
  readonly location: string
  /** The version that recipients see; `latest` follows the table. */
  readonly version?: number | 'latest'
  /** Whether recipients may read other versions too, from `startVersion` on. */
  readonly history?: boolean
  readonly startVersion?: number | undefined
}

/** Creates an empty share. @throws {DeltaError} `already-exists`, or `invalid-argument` for a name that is not allowed. */
export async function createShare(
  store: ObjectStore,
  { name, comment }: { readonly name: string; readonly comment?: string | undefined },
  options: ManifestOptions = {},
): Promise<Share> {
  checkShareName(name)
  const { runtime = systemRuntime } = options
  const share: Share = {
    manifestVersion: MANIFEST_VERSION,
    name,
    id: runtime.uuid(),
    ...(comment === undefined ? {} : { comment }),
    createdAt: isoTime(runtime.now()),
    generation: 0,
    tables: [],
  }
  const isOurs = (existing: Share): boolean => existing.id === share.id
  if (await createObject(store, shareKey(name), shareShape, share, isOurs, options)) return share
  throw new DeltaError(
    'already-exists',
    `could not create share ${JSON.stringify(name)}: ${store.location} has one of that name; choose another, or drop it first`,
  )
}

/** Drops a share; its grants mean nothing from then on. The tables stay. @throws {DeltaError} `not-found`. */
export async function dropShare(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<void> {
  await loadShare(store, name, options)
  await store.delete([shareKey(name)], { signal: options.signal })
}

/**
 * Shows a table in a share.
 * @throws {DeltaError} `already-exists` when the share has a table of that name (whatever the case); `not-found` when
 * there is no such share; `invalid-argument` for a name that is not allowed or a start version without history.
 */
export async function addTable(store: ObjectStore, table: NewTable, options: ManifestOptions = {}): Promise<Share> {
  const entry = newEntry(table, options)
  return changeShare(store, table.share, options, (share) => {
    const existing = findTable(share, entry)
    if (existing?.id === entry.id) return share
    if (existing !== undefined) {
      throw new DeltaError(
        'already-exists',
        `could not add table ${entry.schema}.${entry.name} to share ${share.name}: it shows ${existing.schema}.${existing.name} already; remove that first, or choose another name`,
      )
    }
    return nextGeneration(share, [...share.tables, entry])
  })
}

/** Takes a table out of a share; the table itself stays. @throws {DeltaError} `not-found`. */
export async function removeTable(
  store: ObjectStore,
  table: { readonly share: string; readonly schema: string; readonly name: string },
  options: ManifestOptions = {},
): Promise<Share> {
  let removed = false
  return changeShare(store, table.share, options, (share) => {
    const entry = findTable(share, table)
    if (entry !== undefined) {
      removed = true
      return nextGeneration(
        share,
        share.tables.filter((other) => other !== entry),
      )
    }
    // Gone at a second look after a lost answer: that was us, or somebody who wanted the same.
    if (removed) return share
    throw new DeltaError(
      'not-found',
      `could not remove table ${table.schema}.${table.name}: share ${share.name} shows no such table`,
    )
  })
}

function newEntry(table: NewTable, { runtime = systemRuntime }: ManifestOptions): TableEntry {
  checkTableName(table)
  const { schema, name, location, version = 'latest', history = false, startVersion } = table
  if (startVersion !== undefined && !history) {
    throw new DeltaError(
      'invalid-argument',
      `table ${schema}.${name} has start version ${startVersion} but its history is not shared: share the history too, or leave the start version out`,
    )
  }
  for (const number of [version, startVersion]) {
    if (typeof number === 'number' && !(Number.isSafeInteger(number) && number >= 0)) {
      throw new DeltaError('invalid-argument', `table ${schema}.${name}: expected a version from 0, found ${number}`)
    }
  }
  return {
    schema,
    name,
    id: runtime.uuid(),
    location,
    version,
    history,
    ...(startVersion === undefined ? {} : { startVersion }),
    addedAt: isoTime(runtime.now()),
  }
}

function changeShare(
  store: ObjectStore,
  name: string,
  options: ManifestOptions,
  change: (share: Share) => Share,
): Promise<Share> {
  return changeObject(store, shareKey(name), shareShape, change, () => noShare(store, name), options)
}

function nextGeneration(share: Share, tables: readonly TableEntry[]): Share {
  return { ...share, generation: share.generation + 1, tables: [...tables] }
}
