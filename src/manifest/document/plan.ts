import { DeltaError } from '../../errors.ts'
import { sameJson } from '../../record/index.ts'
import { systemRuntime } from '../../runtime.ts'
import type { ObjectStore } from '../../store/index.ts'
import { newRecipient, onTerms } from '../edit-recipient.ts'
import { describedAs, newShare } from '../edit-share.ts'
import { foldName, sameName } from '../name.ts'
import type { ManifestOptions } from '../options.ts'
import type { Recipient } from '../recipient.ts'
import { DEFAULT_LIFETIME } from '../recipient-terms.ts'
import { findTable, type Share, type TableEntry } from '../share.ts'
import { changedEntry, newEntry } from '../table-entry.ts'
import { isoTime, parseDuration } from '../time.ts'
import { type Difference, differences } from './difference.ts'
import type { DeclaredRecipient, DeclaredShare, DeclaredTable, ShareDocument } from './shape.ts'
import { loadState, type ManifestState } from './state.ts'
import { unnamed } from './unnamed.ts'

/** One object of the manifest as it is and as it is to be; absent where it is not. */
export interface Change<T> {
  readonly before: T | undefined
  readonly after: T | undefined
}

/** What stands between the manifest and a document. */
export interface ManifestPlan {
  readonly shares: readonly Change<Share>[]
  readonly recipients: readonly Change<Recipient>[]
  /** All of it, thing by thing: nothing, when the manifest is what the document says. */
  readonly differences: readonly Difference[]
  /** What the document does not name and that stays therefore; with `prune` it would go. */
  readonly kept: readonly Difference[]
  /** Tables that are new or shown otherwise: whoever can read them may look first whether they are there. */
  readonly tables: readonly TableEntry[]
}

export interface PlanOptions extends ManifestOptions {
  /**
   * Whether what the document does not name goes: shares and their tables where it has `shares`; recipients and what is
   * granted to them where it has `recipients`. It stays unless said.
   */
  readonly prune?: boolean | undefined
}

/**
 * Compares a document with the manifest and changes nothing. A thing that the document names is to be as it says, with
 * the defaults for what it leaves out; only an id that it leaves out stays.
 * @throws {DeltaError} `invalid-argument` for what is not allowed; `not-found` for a grant of a share that is not there.
 */
export async function planShares(
  store: ObjectStore,
  document: ShareDocument,
  options: PlanOptions = {},
): Promise<ManifestPlan> {
  const state = await loadState(store, options)
  const changes = changesFor(state, document, options)
  return {
    ...changes,
    differences: differences(changes),
    kept: options.prune ? [] : unnamed(state, document),
    tables: changes.shares.flatMap(({ before, after }) =>
      // An entry that stays as it is, is the very same.
      (after?.tables ?? []).filter((table) => !before?.tables.includes(table)),
    ),
  }
}

type Changes = Pick<ManifestPlan, 'shares' | 'recipients'>

function changesFor(
  state: ManifestState,
  { shares: declaredShares, recipients: declaredRecipients }: ShareDocument,
  options: PlanOptions,
): Changes {
  const shares = pairs(state.shares, declaredShares, options.prune, (declared, before) =>
    shareAs(declared, before, options),
  )
  const ids = new Map(shares.flatMap(({ after }) => (after === undefined ? [] : [[foldName(after.name), after]])))
  const recipients = pairs(state.recipients, declaredRecipients, options.prune, (declared, before) =>
    recipientAs(declared, before, ids, options),
  )
  return { shares, recipients }
}

/** What is there beside what is declared, name by name. */
function pairs<T extends { readonly name: string }, D extends { readonly name: string }>(
  present: readonly T[],
  declared: readonly D[] | undefined,
  prune: boolean | undefined,
  make: (declared: D, before: T | undefined) => T,
): Change<T>[] {
  const find = <N extends { readonly name: string }>(items: readonly N[], name: string): N | undefined =>
    items.find((item) => sameName(item.name, name))
  const others = present.filter(({ name }) => find(declared ?? [], name) === undefined)
  const named = (declared ?? []).map((item) => {
    const before = find(present, item.name)
    return { before, after: make(item, before) }
  })
  return [...named, ...others.map((before) => ({ before, after: prune && declared ? undefined : before }))]
}

function shareAs(declared: DeclaredShare, before: Share | undefined, options: PlanOptions): Share {
  const base = before ?? newShare({ name: declared.name }, options)
  const { displayName = null, comment = null, properties = null, schemas = [] } = declared
  const tables = schemas.flatMap((schema) => schema.tables.map((table) => ({ schema: schema.name, ...table })))
  const entries = tables.map((table) => entryAs(table, findTable(base, table), options))
  const kept = base.tables.flatMap((entry) => findTable({ tables: entries }, entry) ?? (options.prune ? [] : entry))
  const added = entries.filter((entry) => findTable(base, entry) === undefined)
  const after = { ...describedAs(base, { displayName, comment, properties }), tables: [...kept, ...added] }
  if (before === undefined) return { ...after, generation: 0 }
  return sameJson(after, before) ? before : { ...after, generation: before.generation + 1 }
}

function entryAs(
  { id, ...table }: DeclaredTable & { readonly schema: string },
  before: TableEntry | undefined,
  options: PlanOptions,
): TableEntry {
  const { version = 'latest', history = false, startVersion, partition } = table
  const entry =
    before === undefined
      ? newEntry(table, options)
      : changedEntry(before, {
          ...table,
          version,
          history,
          startVersion: startVersion ?? null,
          partition: partition ?? null,
        })
  return id === undefined || id === entry.id ? entry : { ...entry, id }
}

function recipientAs(
  declared: DeclaredRecipient,
  before: Recipient | undefined,
  shares: ReadonlyMap<string, Share>,
  options: PlanOptions,
): Recipient {
  const base = before ?? newRecipient({ name: declared.name }, options)
  const { expiresIn, allowedIps = [], endpoint = null, shares: names = [] } = declared
  const onNew = onTerms(base, {
    expiresIn: expiresIn === undefined ? DEFAULT_LIFETIME : parseDuration(expiresIn),
    allowedIps,
    endpoint,
  })
  const grantedAt = isoTime((options.runtime ?? systemRuntime).now())
  const wanted = names.map((name) => {
    const share = shares.get(foldName(name))
    if (share !== undefined) return { share: share.name, shareId: share.id, grantedAt }
    throw new DeltaError(
      'not-found',
      `the document grants share ${JSON.stringify(name)} to recipient ${declared.name}, but there is no such share: declare it, or take the grant out`,
    )
  })
  const isWanted = ({ shareId }: { readonly shareId: string }): boolean =>
    wanted.some((grant) => grant.shareId === shareId)
  // Grants of shares that are gone are nothing that could be taken away.
  const ids = new Set([...shares.values()].map(({ id }) => id))
  const kept = base.grants.filter((grant) => isWanted(grant) || !options.prune || !ids.has(grant.shareId))
  const added = wanted.filter(({ shareId }) => !base.grants.some((grant) => grant.shareId === shareId))
  return kept.length === base.grants.length && added.length === 0 ? onNew : { ...onNew, grants: [...kept, ...added] }
}
