import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Action, CommitInfo } from './actions.ts'
import { inOrder } from './in-order.ts'
import { type CommitFile, commitFile } from './listing.ts'
import { actionsIn } from './parse.ts'
import { formatCommitPath } from './paths.ts'

/** A commit file with its text. */
export interface CommitText extends CommitFile {
  /** The object's key, for messages. */
  readonly file: string
  readonly text: string
}

/** The bytes of a file of the log. */
export interface LogBody extends CommitFile {
  /** The object's key, for messages. */
  readonly file: string
  readonly body: Uint8Array<ArrayBuffer>
}

/** How many commit files are fetched at the same time: enough to hide the latency, few enough for any store. */
const READ_CONCURRENCY = 16
/** Where to look first for what a commit says about itself. */
const BEGINNING_BYTES = 64 * 1024
const LINE_END = 0x0a
/** How often a body that came short is fetched. */
const READ_ATTEMPTS = 3

/**
 * The text of one commit file.
 * @throws {DeltaError} `not-found`; `unavailable` when the body keeps coming short; `invalid-data` when it is not UTF-8.
 */
export async function readCommit(store: ObjectStore, version: number, signal?: AbortSignal): Promise<CommitText> {
  const { body, ...commit } = await readBody(store, formatCommitPath(version), version, signal)
  return { ...commit, text: decode(body, commit.file) }
}

/**
 * What a commit says about itself; nothing where it says nothing, or cannot be read: its version may live on in a
 * checkpoint alone. Costs little even where the commit is large, as most writers say it first.
 * @throws {DeltaError} `unavailable` and the like.
 */
export async function readCommitInfo(
  store: ObjectStore,
  { version, size }: CommitFile,
  signal?: AbortSignal,
): Promise<CommitInfo | undefined> {
  const key = formatCommitPath(version)
  try {
    if (size > BEGINNING_BYTES) {
      const { body } = await store.get(key, { range: { start: 0, end: BEGINNING_BYTES }, signal })
      const info = commitInfoIn(actionsIn(body.subarray(0, body.lastIndexOf(LINE_END) + 1), key))
      if (info) return info
    }
    return commitInfoIn(actionsIn((await readBody(store, key, version, signal)).body, key))
  } catch (error) {
    if (isDeltaError(error, 'not-found') || isDeltaError(error, 'invalid-data')) return undefined
    throw error
  }
}

function commitInfoIn(actions: Iterable<Action>): CommitInfo | undefined {
  for (const action of actions) if ('commitInfo' in action) return action.commitInfo
  return undefined
}

/**
 * The texts of commit files that are known to exist, in the order given.
 * @throws {DeltaError} `invalid-data` naming a file that has gone, and as {@link readCommit}.
 */
export async function readCommits(
  store: ObjectStore,
  commits: readonly CommitFile[],
  signal?: AbortSignal,
): Promise<CommitText[]> {
  const texts: CommitText[] = []
  for await (const { body, ...commit } of readBodies(store, commits, signal)) {
    texts.push({ ...commit, text: decode(body, commit.file) })
  }
  return texts
}

/**
 * The bytes of commit files that are known to exist, in the order given; some are fetched ahead.
 * @throws {DeltaError} `invalid-data` naming a file that has gone; `unavailable` when a body keeps coming short.
 */
export function readBodies(
  store: ObjectStore,
  commits: readonly CommitFile[],
  signal?: AbortSignal,
): AsyncGenerator<LogBody> {
  return inOrder(commits, READ_CONCURRENCY, ({ version }) => readListed(store, version, signal))
}

async function readListed(store: ObjectStore, version: number, signal: AbortSignal | undefined): Promise<LogBody> {
  const file = formatCommitPath(version)
  try {
    return await readBody(store, file, version, signal)
  } catch (cause) {
    if (!isDeltaError(cause, 'not-found')) throw cause
    const message = `${file} was listed and is gone: the log of ${store.location} was cleaned up meanwhile; open the table again`
    throw new DeltaError('invalid-data', message, { cause, file })
  }
}

/** One file of the log, whole. @throws {DeltaError} `not-found`; `unavailable` when the body keeps coming short. */
export async function readBody(
  store: ObjectStore,
  file: string,
  version: number,
  signal: AbortSignal | undefined,
): Promise<LogBody> {
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    const object = await store.get(file, { signal })
    if (object.body.byteLength !== object.size) continue
    return { ...commitFile(version, object), file, body: object.body }
  }
  throw new DeltaError(
    'unavailable',
    `${file} came shorter than its size ${READ_ATTEMPTS} times in a row: try again later`,
  )
}

function decode(body: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new DeltaError('invalid-data', `${file} is not UTF-8 text`, { cause, file })
  }
}
