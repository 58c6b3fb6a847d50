import { DeltaError, isDeltaError } from '../errors.ts'
import type { ObjectStore } from '../store/index.ts'
import { formatCommitPath } from './paths.ts'
import { type CommitFile, commitFile } from './segment.ts'

/** A commit file with its text. */
export interface CommitText extends CommitFile {
  /** The object's key, for messages. */
  readonly file: string
  readonly text: string
}

/** How many commit files are fetched at the same time: enough to hide the latency, few enough for any store. */
const READ_CONCURRENCY = 16
/** How often a body that came short is fetched. */
const READ_ATTEMPTS = 3

/**
 * The text of one commit file.
 * @throws {DeltaError} `not-found`; `unavailable` when the body keeps coming short; `invalid-data` when it is not UTF-8.
 */
export async function readCommit(store: ObjectStore, version: number, signal?: AbortSignal): Promise<CommitText> {
  const file = formatCommitPath(version)
  for (let attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
    const object = await store.get(file, { signal })
    if (object.body.byteLength !== object.size) continue
    return { ...commitFile(version, object), file, text: decode(object.body, file) }
  }
  throw new DeltaError(
    'unavailable',
    `${file} came shorter than its size ${READ_ATTEMPTS} times in a row: try again later`,
  )
}

/**
 * The texts of commit files that are known to exist, in the order given; a bounded number of requests at a time.
 * @throws {DeltaError} `invalid-data` naming a file that has gone, and as {@link readCommit}.
 */
export async function readCommits(
  store: ObjectStore,
  commits: readonly CommitFile[],
  signal?: AbortSignal,
): Promise<CommitText[]> {
  const texts: CommitText[] = new Array(commits.length)
  const queue = commits.entries()
  const worker = async (): Promise<void> => {
    // All workers draw from one iterator: each commit is read once.
    for (const [index, { version }] of queue) texts[index] = await readListed(store, version, signal)
  }
  await Promise.all(Array.from({ length: Math.min(READ_CONCURRENCY, commits.length) }, worker))
  return texts
}

async function readListed(store: ObjectStore, version: number, signal: AbortSignal | undefined): Promise<CommitText> {
  try {
    return await readCommit(store, version, signal)
  } catch (cause) {
    if (!isDeltaError(cause, 'not-found')) throw cause
    const file = formatCommitPath(version)
    const message = `${file} was listed and is gone: the log of ${store.location} was cleaned up meanwhile; open the table again`
    throw new DeltaError('invalid-data', message, { cause, file })
  }
}

function decode(body: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new DeltaError('invalid-data', `${file} is not UTF-8 text`, { cause, file })
  }
}
