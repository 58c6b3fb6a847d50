import { sha256 } from '#hash'

/**
 * The id of a shared file: the same for the same file in every answer, whatever the version, host and signature, so
 * that clients can cache by it. 32 hexadecimal digits, as the reference server's.
 * @param path the file's path as it stands in the log.
 */
export function fileId(tableId: string, path: string): string {
  const digest = sha256(`${tableId}\n${path}`).subarray(0, 16)
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
