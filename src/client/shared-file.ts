import { DeltaError } from '../errors.ts'
import type { AddFile, DeletionVector } from '../log/index.ts'
import type { DeltaFile, ParquetFile } from '../wire/index.ts'

/** Where the bytes of a file can be fetched for a while. Secrets. */
export interface FileLinks {
  readonly url: string
  /** Of its deletion vector, where that lies in a file. */
  readonly vectorUrl?: string
  /** When they end: milliseconds since 1970. */
  readonly expiresAt?: number | undefined
}

/** A data file as a server tells of it, in either format. */
export interface SharedFile {
  readonly id: string
  /** As a scan takes it. No path in it is one: where files lie is no business of a recipient, so ids stand in their place. */
  readonly file: AddFile
  readonly links: FileLinks
}

export function fileOfParquet({ id, url, size, stats, partitionValues, expirationTimestamp }: ParquetFile): SharedFile {
  const add = { path: id, size, modificationTime: 0, dataChange: true, partitionValues: nullsOf(partitionValues) }
  return {
    id,
    file: stats === undefined ? add : { ...add, stats },
    links: { url, expiresAt: expirationTimestamp },
  }
}

/** @throws {DeltaError} `invalid-data` for a deletion vector of which no URL is known. */
export function fileOfDelta(
  { id, deletionVectorFileId = `of ${id}`, expirationTimestamp: expiresAt }: DeltaFile,
  action: Pick<AddFile, 'path' | 'partitionValues' | 'size' | 'stats' | 'deletionVector'>,
): SharedFile {
  const { path: url, deletionVector, ...facts } = action
  const file = { modificationTime: 0, dataChange: true, ...facts, path: id }
  if (deletionVector === undefined) return { id, file, links: { url, expiresAt } }
  const { storageType, pathOrInlineDv } = deletionVector
  if (storageType === 'i') return { id, file: { ...file, deletionVector }, links: { url, expiresAt } }
  if (storageType === 'u') {
    throw new DeltaError(
      'invalid-data',
      `the server's answer breaks the sharing protocol: the deletion vector of data file ${id} comes without a URL`,
      { file: id },
    )
  }
  const named: DeletionVector = { ...deletionVector, pathOrInlineDv: deletionVectorFileId }
  return { id, file: { ...file, deletionVector: named }, links: { url, vectorUrl: pathOrInlineDv, expiresAt } }
}

/** The protocol has one text for null and for the empty string; the official clients read null. */
function nullsOf(values: Readonly<Record<string, string | null>>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(values).map(([column, value]) => [column, value || null]))
}
