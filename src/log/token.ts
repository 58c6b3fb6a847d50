import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, type JsonValue, parseJson } from '../json.ts'

/** What is needed to find out later whether a commit landed. */
export interface CommitToken {
  /** The version it was sent as; a commit of ours lands there or never. */
  readonly version: number
  /** Its `commitInfo.txnId`. */
  readonly txnId: string
  /** `metaData.id` of the table, which another table at the same place does not have. */
  readonly tableId: string
  /** Path of a data file that it adds: as long as that is live, the commit is known to have landed. */
  readonly file?: string | undefined
  /** A `txn` that it brings: the table knows it longer than the commit itself. */
  readonly txn?: { readonly appId: string; readonly version: number | bigint } | undefined
}

/** The token as URL-safe text. Holds no secret. */
export function formatCommitToken({ version, txnId, tableId, file, txn }: CommitToken): string {
  const json = formatJson({ version, txnId, tableId, file, txn: txn && { ...txn } })
  const bytes = Array.from(new TextEncoder().encode(json), (byte) => String.fromCharCode(byte))
  return btoa(bytes.join('')).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws {DeltaError} `invalid-argument` for text that {@link formatCommitToken} did not make. */
export function parseCommitToken(text: string): CommitToken {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
    const token = tokenOf(parseJson(new TextDecoder().decode(bytes), 'the token'))
    if (token) return token
  } catch (cause) {
    throw notAToken(text, cause)
  }
  throw notAToken(text)
}

function tokenOf(json: JsonValue): CommitToken | undefined {
  if (!isJsonObject(json)) return undefined
  const { version, txnId, tableId, file, txn } = json
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return undefined
  if (typeof txnId !== 'string' || typeof tableId !== 'string') return undefined
  return { version, txnId, tableId, ...(typeof file === 'string' && { file }), txn: txnOf(txn) }
}

function txnOf(json: JsonValue | undefined): CommitToken['txn'] {
  if (!isJsonObject(json)) return undefined
  const { appId, version } = json
  const isVersion = typeof version === 'number' || typeof version === 'bigint'
  return typeof appId === 'string' && isVersion ? { appId, version } : undefined
}

function notAToken(text: string, cause?: unknown): DeltaError {
  const shown = JSON.stringify(text.slice(0, 40))
  const message = `not a commit token: ${shown}; pass the token of a commit-unknown error as it was`
  return new DeltaError('invalid-argument', message, { cause })
}
