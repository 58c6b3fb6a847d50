import { DeltaError } from '../errors.ts'
import { formatJson, isJsonObject, parseJson } from '../json.ts'

/** What is needed to find out later whether a commit landed. */
export interface CommitToken {
  /** The version it was sent as; a commit of ours lands there or never. */
  readonly version: number
  /** Its `commitInfo.txnId`. */
  readonly txnId: string
}

/** The token as URL-safe text. Holds no secret. */
export function formatCommitToken({ version, txnId }: CommitToken): string {
  return btoa(formatJson({ version, txnId })).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** @throws {DeltaError} `invalid-argument` for text that {@link formatCommitToken} did not make. */
export function parseCommitToken(text: string): CommitToken {
  try {
    const token = parseJson(atob(text.replaceAll('-', '+').replaceAll('_', '/')), 'the token')
    if (isJsonObject(token)) {
      const { version, txnId } = token
      if (Number.isSafeInteger(version) && typeof version === 'number' && typeof txnId === 'string') {
        return { version, txnId }
      }
    }
  } catch (cause) {
    throw notAToken(text, cause)
  }
  throw notAToken(text)
}

function notAToken(text: string, cause?: unknown): DeltaError {
  const shown = JSON.stringify(text.slice(0, 40))
  const message = `not a commit token: ${shown}; pass the token of a commit-unknown error as it was`
  return new DeltaError('invalid-argument', message, { cause })
}
