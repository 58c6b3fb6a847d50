import { sha256Text } from '#hash'
import { DeltaError } from '../errors.ts'
import type { ResponseFormat } from './capabilities.ts'

/** The request header by which a client chooses how file ids are made, whatever the format of the answer; echoed. */
export const FILE_ID_HASH_HEADER = 'fileidhash'

/**
 * The choice in that header; undefined where there is none, and ids are then made as the answer's format has them.
 * @throws {DeltaError} `invalid-argument` for a blank or unknown one.
 */
export function parseFileIdHash(header: string | null | undefined): ResponseFormat | undefined {
  if (header === null || header === undefined) return undefined
  const hash = header.trim().toLowerCase()
  if (hash === 'parquet' || hash === 'delta') return hash
  throw new DeltaError(
    'invalid-argument',
    `invalid ${FILE_ID_HASH_HEADER} ${JSON.stringify(hash.slice(0, 40))}: expected parquet or delta`,
  )
}

/**
 * The id of a shared file: the same for the same file in every answer, whatever the version, host and signature, so
 * that clients can cache by it. As many hexadecimal digits as the reference server's: 32 for parquet, 64 for delta.
 * @param path the file's path as it stands in the log.
 */
export function fileId(tableId: string, path: string, hash: ResponseFormat): string {
  const digest = sha256Text(`${tableId}\n${path}`, 'hex')
  return hash === 'parquet' ? digest.slice(0, 32) : digest
}
