/**
 * The port to storage: bytes by name under one location, with conditional writes. A store is rooted at a location
 * (`s3://bucket/prefix`, a directory): every key is relative to it, segments are separated by `/`, there is no leading
 * slash, no empty segment, no `.` and no `..`. Keys are Unicode text, taken as they are: nothing is percent-decoded.
 */
export interface ObjectStore {
  /** Where keys are rooted, for messages: a location string without any secret. */
  readonly location: string

  /**
   * Reads an object, or a part of it.
   * @throws {DeltaError} `not-found` when there is no such object; `invalid-argument` for a range that starts past its end.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject>

  /** Size, ETag and time of an object. @throws {DeltaError} `not-found`. */
  head(key: string, options?: CallOptions): Promise<ObjectMeta>

  /**
   * Writes a whole object in one request. Atomic: no reader sees half of it. Durable when the promise resolves.
   * With `create` or `ifMatch` a lost race is an answer, not an error. When the answer of the storage was lost, the
   * result is `unknown`: the bytes may be there now, later, or never. A conditional put is never repeated behind the
   * caller's back.
   * @throws {DeltaError} `unavailable` only when nothing was written and nothing will be.
   */
  put(key: string, body: Uint8Array, options: PutOptions): Promise<PutResult>

  /**
   * Writes a large object part by part; it appears whole at `finish()` or never. At most a few parts are in memory:
   * `write` waits for room.
   */
  putStream(key: string, options?: PutStreamOptions): ObjectWriter

  /** Copies within the store, overwriting. @throws {DeltaError} `not-found`. */
  copy(from: string, to: string, options?: CallOptions): Promise<void>

  /**
   * Objects whose key starts with `prefix`, in UTF-8 byte order of their keys, page by page. `startAfter` is exclusive.
   * With `delimiter: '/'` only the keys with no further slash after the prefix are given (no "directories").
   */
  list(options?: ListOptions): AsyncIterable<ObjectMeta>

  /** Deletes objects; those that are not there count as deleted. */
  delete(keys: readonly string[], options?: CallOptions): Promise<void>

  /** Signs GET URLs, where the store can. */
  readonly presigner?: Presigner

  /** Lends credentials that read a part of it, where the store can. */
  readonly lender?: CredentialLender
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface GetOptions extends CallOptions {
  /** Bytes `start` (inclusive) to `end` (exclusive, clipped to the size), or the last `suffix` bytes. */
  readonly range?: { readonly start: number; readonly end?: number } | { readonly suffix: number } | undefined
}

export interface ObjectMeta {
  readonly key: string
  /** Bytes of the whole object. */
  readonly size: number
  /** Opaque; changes whenever the content does. */
  readonly etag: string
  /** Milliseconds since 1970. */
  readonly lastModified: number
}

export interface StoredObject extends ObjectMeta {
  /** The bytes asked for. */
  readonly body: Uint8Array<ArrayBuffer>
}

/** `overwrite` replaces; `create` fails if the key exists; `ifMatch` fails unless the object has this ETag. */
export type PutOptions = CallOptions &
  ({ readonly mode: 'overwrite' | 'create' } | { readonly mode: { readonly ifMatch: string } }) & {
    /**
     * For secrets: where others on the machine could read what is stored, `owner` keeps them out (mode 0600 of a file). In
     * a bucket its own policy decides, and this changes nothing.
     */
    readonly access?: 'owner'
  }

export type PutResult =
  | { readonly outcome: 'written'; readonly etag: string }
  /** The condition did not hold: the object exists, or is another one than expected. */
  | { readonly outcome: 'precondition-failed' }
  /** The answer was lost; `cause` says how. */
  | { readonly outcome: 'unknown'; readonly cause: unknown }

export interface PutStreamOptions extends CallOptions {
  /** Bytes a part; at least 5 MiB on S3. */
  readonly partSize?: number
}

export interface ObjectWriter {
  /** Takes the bytes over: do not change them afterwards. Resolves when there is room for more. */
  write(chunk: Uint8Array): Promise<void>
  /**
   * Makes the object appear, over what was there.
   * @throws {DeltaError} `unavailable`; then the object did not appear. If the answer to the very last request was lost,
   * it may appear yet, whole: write again under another key.
   */
  finish(): Promise<{ readonly size: number; readonly etag: string }>
  /** Drops everything written so far. Safe to call at any time, also after a failure. */
  abort(): Promise<void>
}

export interface ListOptions extends CallOptions {
  readonly prefix?: string
  readonly startAfter?: string | undefined
  readonly delimiter?: '/'
}

export interface Presigner {
  /**
   * A URL with which anybody can GET this one object (with Range) until `expiresAt`, in milliseconds since 1970. It
   * lives for `expiresIn` milliseconds (at least 1 s, at most 7 days), or less: no URL outlives the credentials that
   * signed it. A secret: never log it.
   */
  presignGet(
    key: string,
    options: { readonly expiresIn: number },
  ): Promise<{ readonly url: string; readonly expiresAt: number }>
}

export interface CredentialLender {
  /**
   * Temporary credentials that get and list the objects whose keys begin with `prefix` and a slash, and do nothing else.
   * They live for `expiresIn` milliseconds (at least 15 minutes) or less. Secrets: never log them.
   * @throws {DeltaError} `permission-denied` when the role may not be taken on, `unsupported` for a prefix that cannot be
   * fenced off, `unavailable`.
   */
  lend(prefix: string, options: LendOptions): Promise<LentCredentials>
}

export interface LendOptions extends CallOptions {
  /** The role whose rights are lent, cut down: an ARN. Stores that know no roles ignore it. */
  readonly role: string
  /** To whom, as the store's own audit log will name it. */
  readonly session: string
  readonly expiresIn: number
  /** Addresses and CIDR blocks from which alone the credentials are good; all, where it is empty or left out. */
  readonly addresses?: readonly string[] | undefined
}

export interface LentCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}
