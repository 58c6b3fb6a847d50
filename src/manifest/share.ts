import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { type DamagedRecord, listRecords, readRecord, surveyRecords } from '../record/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { foldName, isShareName, sameName } from './name.ts'
import type { ManifestOptions } from './options.ts'
import { partitionFilterShape } from './partition-filter.ts'
import { MANIFEST_VERSION } from './version.ts'

const tableShape = z.object({
  schema: z.string(),
  name: z.string(),
  /** Given once, kept for life: what clients cache by. */
  id: z.uuid(),
  /** Where the table is, as a location string. */
  location: z.string(),
  /** The version that recipients see, or always the newest. */
  version: z.union([z.int().nonnegative(), z.literal('latest')]),
  /** Whether recipients may ask for other versions than the one they see. */
  history: z.boolean(),
  /** With `history`: the oldest version they may ask for. */
  startVersion: z.int().nonnegative().optional(),
  /** Only the partitions for which it holds are shown, whichever way the table is read. */
  partition: partitionFilterShape.optional(),
  /** What a plane that shows comments says of the table; the sharing protocol has none. */
  comment: z.string().max(65_536).optional(),
  addedAt: z.iso.datetime(),
})

/** What recipients may read about a share besides its name, within the limits of the protocol ("List Shares"). */
export const describedShape = z.object({
  displayName: z.string().min(1).max(255).optional(),
  comment: z.string().max(65_536).optional(),
  properties: z
    .record(z.string().min(1).max(255), z.string().max(1000))
    .refine((properties) => Object.keys(properties).length <= 50, { error: 'expected at most 50 properties' })
    .optional(),
})

export const shareShape = z.object({
  manifestVersion: z.literal(MANIFEST_VERSION),
  name: z.string(),
  /** A grant holds for this id: a share that is dropped and created anew is another share. */
  id: z.uuid(),
  ...describedShape.shape,
  createdAt: z.iso.datetime(),
  /** Goes up by one with every change: a reader who sees two generations sees two states, never a mix. */
  generation: z.int().nonnegative(),
  tables: z.array(tableShape),
})

/** One shared table: where it is and what of it is shown. */
export type TableEntry = z.infer<typeof tableShape>

/** What a share says of itself. */
export type ShareDescription = z.infer<typeof describedShape>

/** What is shared under one name. Its schemas are those that its tables name: there is no empty one. */
export type Share = z.infer<typeof shareShape>

const FOLDER = 'sharing/shares/'

export function shareKey(name: string): string {
  return `${FOLDER}${foldName(name)}.json`
}

/** @throws {DeltaError} `not-found` when there is no such share. */
export async function loadShare(store: ObjectStore, name: string, options: ManifestOptions = {}): Promise<Share> {
  const share = await findShare(store, name, options)
  if (share === undefined) throw noShare(store, name)
  return share
}

/** A share, `undefined` where there is none. A name that no share can have is asked of nobody: it is part of a key. */
export async function findShare(
  store: ObjectStore,
  name: string,
  options: ManifestOptions = {},
): Promise<Share | undefined> {
  return isShareName(name) ? readRecord(store, shareKey(name), shareShape, options) : undefined
}

/** All shares, by name. @throws {DeltaError} `invalid-data` when one is damaged: it is never taken for absent. */
export function listShares(store: ObjectStore, options: ManifestOptions = {}): Promise<Share[]> {
  return listRecords(store, FOLDER, shareShape, options)
}

/** All shares, by name, the damaged among them told as such. */
export function surveyShares(store: ObjectStore, options: ManifestOptions = {}): Promise<(Share | DamagedRecord)[]> {
  return surveyRecords(store, FOLDER, shareShape, options)
}

/** The entry of a table, whose names are compared without case. */
export function findTable(
  share: Pick<Share, 'tables'>,
  table: { readonly schema: string; readonly name: string },
): TableEntry | undefined {
  return share.tables.find((entry) => sameName(entry.schema, table.schema) && sameName(entry.name, table.name))
}

export function noShare(store: ObjectStore, name: string): DeltaError {
  return new DeltaError(
    'not-found',
    `there is no share ${JSON.stringify(name)} in ${store.location}: list the shares, or create it`,
  )
}
