import { z } from 'zod'

/** Null says the same as absent; times are milliseconds since 1970. Members that are not named here are left aside. */
const sharedObjectShape = z
  .object({
    name: z.string(),
    data_object_type: z.string().nullish(),
    shared_as: z.string().nullish(),
    comment: z.string().nullish(),
    status: z.string().nullish(),
    history_data_sharing_status: z.string().nullish(),
    cdf_enabled: z.boolean().nullish(),
    partitions: z.array(z.unknown()).nullish(),
    start_version: z.int().nullish(),
    added_at: z.int().nullish(),
  })
  .transform((wire) => ({
    /** `catalog.schema.table`, of a table. */
    name: wire.name,
    /** `TABLE`, `VIEW`, `SCHEMA` … */
    type: wire.data_object_type ?? undefined,
    /** The name under which recipients see it, `schema.table`; compare it without case. */
    sharedAs: wire.shared_as ?? undefined,
    comment: wire.comment ?? undefined,
    /** `ACTIVE`, or `PERMISSION_DENIED` when the share's owner may no longer read it: recipients do not see it then. */
    status: wire.status ?? undefined,
    /** Whether recipients may read older versions. */
    history: wire.history_data_sharing_status === 'ENABLED',
    /** Whether recipients may read what changed from version to version; with history they may. */
    changeFeed: wire.cdf_enabled ?? false,
    /** Whether recipients see some partitions only. */
    isPartial: (wire.partitions ?? []).length > 0,
    startVersion: wire.start_version ?? undefined,
    addedAt: wire.added_at ?? undefined,
  }))

export const shareShape = z
  .object({
    name: z.string(),
    owner: z.string().nullish(),
    comment: z.string().nullish(),
    created_at: z.int().nullish(),
    objects: z.array(sharedObjectShape).nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    owner: wire.owner ?? undefined,
    comment: wire.comment ?? undefined,
    createdAt: wire.created_at ?? undefined,
    objects: wire.objects ?? [],
  }))

/** Something that a share shows. */
export type SharedObject = Readonly<z.infer<typeof sharedObjectShape>>

/** A share of Unity Catalog. `objects` is empty where a share was not asked for by its name. */
export type CatalogShare = Readonly<z.infer<typeof shareShape>>

/** A table to be shown, shown otherwise, or shown no longer. `table` is `catalog.schema.table`. */
export type ShareChange =
  | {
      readonly action: 'ADD'
      readonly table: string
      /** `schema.table`, letters, digits and `_` only; absent: its own names. */
      readonly sharedAs?: string | undefined
      readonly comment?: string | undefined
      /** Whether recipients may read older versions; they may not unless told. */
      readonly history?: boolean | undefined
      /** With `history`: the oldest version they may read; the current one unless told. */
      readonly startVersion?: number | undefined
    }
  | {
      /** What is not said stays. The name under which recipients see it stays always: remove and add it for another. */
      readonly action: 'UPDATE'
      readonly table: string
      readonly comment?: string | undefined
      readonly history?: boolean | undefined
      readonly startVersion?: number | undefined
    }
  | { readonly action: 'REMOVE'; readonly table: string }

/** The wire form of a change. What is not said is left out: an empty `shared_as` would be a name. */
export function formatChange(change: ShareChange): { action: string; data_object: Record<string, unknown> } {
  const { action, table } = change
  const object = { name: table, data_object_type: 'TABLE' }
  if (action === 'REMOVE') return { action, data_object: object }
  const { comment, history, startVersion } = change
  const sharedAs = change.action === 'ADD' ? change.sharedAs : undefined
  return {
    action,
    data_object: {
      ...object,
      ...(sharedAs === undefined ? {} : { shared_as: sharedAs }),
      ...(history === undefined ? {} : { history_data_sharing_status: history ? 'ENABLED' : 'DISABLED' }),
      ...(startVersion === undefined ? {} : { start_version: startVersion }),
      ...(comment === undefined ? {} : { comment }),
    },
  }
}

/** "Maximum number update data objects allowed is a 100." */
const MAX_CHANGES = 100

/**
 * Changes in pieces that the server takes, in order. A `REMOVE` and the `ADD` right after it, by which one alias moves to
 * another table, stay in one piece.
 */
export function chunkChanges(changes: readonly ShareChange[]): ShareChange[][] {
  const chunks: ShareChange[][] = []
  for (let start = 0; start < changes.length; ) {
    let end = Math.min(start + MAX_CHANGES, changes.length)
    const cutsPair = changes[end - 1]?.action === 'REMOVE' && changes[end]?.action === 'ADD'
    if (cutsPair) end--
    chunks.push(changes.slice(start, end))
    start = end
  }
  return chunks
}
