import { DeltaError } from '../errors.ts'
import type { CallOptions, Transport } from './transport.ts'

/** A workspace that somebody signs in to. */
export interface Workspace extends Transport {
  /** Scheme and authority, without a slash at the end. */
  readonly origin: string
}

/** Somebody who signs in to a workspace. */
export interface Authorizer {
  /**
   * What the `Authorization` header says.
   * @param options `refused`: what the workspace has refused; another is given where there is one.
   */
  authorization(options?: CallOptions & { readonly refused?: string | undefined }): Promise<string>
  /** What must be in no message. */
  secrets(): readonly string[]
}

/** By what a client is known to a workspace. */
export type Credentials = (workspace: Workspace) => Authorizer

/**
 * A personal access token, or any other token that somebody else keeps fresh. A secret: it goes into one header and
 * nowhere else.
 * @throws {DeltaError} `invalid-argument` when it is none.
 */
export function personalAccessToken(token: string): Credentials {
  checkSecret('the token', token)
  return () => ({ authorization: async () => `Bearer ${token}`, secrets: () => [token] })
}

/** What no header carries would come back in an error's text, token and all. */
export function checkSecret(what: string, secret: string): void {
  if (isPrintable(secret)) return
  throw new DeltaError('invalid-argument', `${what} is none: expected printable ASCII without blanks`, {
    blame: 'kadoa',
  })
}

export function isPrintable(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
