import { DeltaError } from '../errors.ts'
import { changeRecord, sameJson } from '../record/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { withTables } from './edit-share.ts'
import { foldName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import { findTable, noShare, type Share, shareKey, shareShape, type TableEntry } from './share.ts'
import { changedEntry, newEntry, type ShownTable, showsSame, type TableName } from './table-entry.ts'

/** What a share shows next: the tables of one run, in one step. */
export interface Publication {
  /** The share as it was when the publisher read it: the fence. */
  readonly share: Pick<Share, 'name' | 'id' | 'generation'>
  /** Tables to show. Of one that is shown already the id stays, and so does all that is not said here. */
  readonly tables: readonly ShownTable[]
  /** Tables to show no longer; those that are not shown count as removed. */
  readonly remove?: readonly TableName[] | undefined
  /**
   * Makes a generation also where nothing changes: so that whoever read the share before decides again. Published again, it is
   * a conflict. Default: false.
   */
  readonly touch?: boolean | undefined
}

/**
 * Changes all tables of a publication in one compare-and-swap: recipients see the share as it was or all of it as it is
 * to be, once, whatever becomes of the answer. Publishing the same again changes nothing, unless it touches.
 * @throws {DeltaError} `conflict` when the share is not in the generation that the publisher read; `not-found`;
 * `invalid-argument` for a table named twice, or a name, version or filter that is not allowed.
 */
export async function publish(
  store: ObjectStore,
  publication: Publication,
  options: ManifestOptions = {},
): Promise<Share> {
  const { name } = publication.share
  let tried: Share | undefined
  return changeRecord(
    store,
    shareKey(name),
    shareShape,
    (share) => {
      // After a lost answer one that touches knows its work by all of it. Of a rival who did all the same it need not be told.
      if (tried !== undefined && sameJson(share, shareShape.parse(tried))) return share
      tried = publishedOn(share, publication, options)
      return tried
    },
    () => noShare(store, name),
    options,
  )
}

/**
 * The share as a publication leaves it whose publisher has read it as it is; the very same share where all of it was
 * published already. Nothing is written.
 * @throws {DeltaError} `conflict` for a share that has changed since; `invalid-argument` as {@link publish}.
 */
export function publishedOn(share: Share, publication: Publication, options: ManifestOptions = {}): Share {
  const { name, id, generation } = publication.share
  if (share.id === id && share.generation === generation) return published(share, publication, options)
  // One that touches tells its own work from nobody else's: what it wants moved is a generation after all that others published.
  const isOwn = publication.touch !== true && isPublished(share, publication)
  if (share.id === id && share.generation === generation + 1 && isOwn) return share
  throw new DeltaError(
    'conflict',
    share.id === id
      ? `could not publish on share ${share.name}: it is at generation ${share.generation}, expected ${generation}; somebody changed it: read it again, and decide again`
      : `could not publish on share ${name}: it was dropped and created anew; read it again, and decide again`,
  )
}

/**
 * The share as a publication makes it, without writing anything: what a publisher checks beforehand.
 * @throws {DeltaError} `invalid-argument` as {@link publish}.
 */
export function published(
  share: Share,
  { tables, remove = [], touch = false }: Omit<Publication, 'share'>,
  options: ManifestOptions = {},
): Share {
  checkNamedOnce([...tables, ...remove])
  const gone = new Set(remove.map(tableKey))
  const changes = new Map(tables.map((table) => [tableKey(table), table]))
  const kept = share.tables.filter((entry) => !gone.has(tableKey(entry)))
  const next = withTables(share, [
    ...kept.map((entry) => {
      const change = changes.get(tableKey(entry))
      // A publication names a few tables of many.
      return change === undefined ? entry : changedEntry(entry, change)
    }),
    ...tables.filter((table) => findTable(share, table) === undefined).map((table) => newEntry(table, options)),
  ])
  return touch && next === share ? { ...share, generation: share.generation + 1 } : next
}

function isPublished(share: Share, { tables, remove = [] }: Publication): boolean {
  const isShown = (table: ShownTable): boolean => {
    const entry = findTable(share, table)
    return entry !== undefined && showsSame(changedEntry(entry, table), entry)
  }
  return tables.every(isShown) && remove.every((table) => findTable(share, table) === undefined)
}

function checkNamedOnce(tables: readonly TableName[]): void {
  const seen = new Set<string>()
  for (const table of tables) {
    if (seen.has(tableKey(table))) {
      throw new DeltaError(
        'invalid-argument',
        `table ${table.schema}.${table.name} is named twice in one publication: name each table once`,
      )
    }
    seen.add(tableKey(table))
  }
}

/** A dot can stand in neither name. */
function tableKey({ schema, name }: TableName | TableEntry): string {
  return `${foldName(schema)}.${foldName(name)}`
}
