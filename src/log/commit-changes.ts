import type { Action, AddFile, CdcFile, CommitInfo, Metadata, Protocol, RemoveFile } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { actionsIn } from './parse.ts'
import type { LogBody } from './read-commit.ts'

/**
 * How the changes of a commit are told: as the change data feed tells them, that is by its change files alone where it
 * has any (PROTOCOL.md "Add CDC File"), or by the data files that came and went.
 */
export type ChangeTelling = 'feed' | 'files'

/** One file by which a commit changed the rows of a table. */
export type FileChange =
  /** Rows that say themselves what happened to them. */
  | { readonly kind: 'cdc'; readonly file: CdcFile }
  /** Its rows were inserted. */
  | { readonly kind: 'add'; readonly file: AddFile }
  /** Its rows were deleted. */
  | { readonly kind: 'remove'; readonly file: RemoveFile }
  /** The file stayed; the rows by which its two deletion vectors differ were deleted, or came back. */
  | { readonly kind: 'vector'; readonly before: RemoveFile; readonly file: AddFile }

/** What one commit is about, its files aside. */
export interface CommitSurvey {
  readonly protocol?: Protocol
  readonly metadata?: Metadata
  readonly commitInfo?: CommitInfo
  /** Whether a file by which its changes are told has a deletion vector. */
  readonly hasDeletionVectors: boolean
  /** Which of its files tell of its changes; `none` for a commit that only says the same in other files. */
  readonly told: 'cdc' | 'files' | 'none'
}

/** @throws {DeltaError} `invalid-data` naming file and line. */
export function surveyCommit({ body, file }: LogBody, telling: ChangeTelling): CommitSurvey {
  let [protocol, metadata, commitInfo]: [Protocol?, Metadata?, CommitInfo?] = []
  let [hasCdc, hasVectors] = [false, false]
  for (const action of actionsIn(body, file)) {
    if ('protocol' in action) protocol = action.protocol
    else if ('metaData' in action) metadata = action.metaData
    else if ('commitInfo' in action) commitInfo ??= action.commitInfo
    else if ('cdc' in action) hasCdc = true
    else hasVectors ||= dataFileOf(action)?.deletionVector !== undefined
  }
  const told = telling === 'files' ? 'files' : hasCdc ? 'cdc' : changedNothing(commitInfo) ? 'none' : 'files'
  return {
    ...(protocol && { protocol }),
    ...(metadata && { metadata }),
    ...(commitInfo && { commitInfo }),
    hasDeletionVectors: told === 'files' && hasVectors,
    told,
  }
}

/** The counts by which Spark says that a MERGE wrote its files anew without a change to any row. */
const MERGE_COUNTS = ['numTargetRowsInserted', 'numTargetRowsUpdated', 'numTargetRowsDeleted']

function changedNothing({ operation, operationMetrics }: CommitInfo = {}): boolean {
  if (operation !== 'MERGE' || typeof operationMetrics !== 'object' || operationMetrics === null) return false
  const counts = new Map(Object.entries(operationMetrics))
  return MERGE_COUNTS.every((name) => counts.get(name) === '0')
}

/**
 * The files by which a commit changed rows, in its order; those whose deletion vector was exchanged come last. Nothing is
 * kept of the others.
 * @param location where the table is, so that absolute paths below it name the same files as relative ones.
 * @throws {DeltaError} `invalid-data` naming file and line.
 */
export function* fileChanges(
  { body, file }: LogBody,
  { told, hasDeletionVectors }: Pick<CommitSurvey, 'told' | 'hasDeletionVectors'>,
  location: string,
): Generator<FileChange> {
  if (told === 'none') return
  if (told === 'cdc') {
    for (const action of actionsIn(body, file)) if ('cdc' in action) yield { kind: 'cdc', file: action.cdc }
    return
  }
  const vectored = hasDeletionVectors ? pathsWithVectors(actionsIn(body, file), location) : NO_PATHS
  const exchanges = new Map<string, { add?: AddFile; remove?: RemoveFile }>()
  for (const action of actionsIn(body, file)) {
    const path = vectored.size > 0 ? pathOf(action, location) : undefined
    if (path === undefined || !vectored.has(path)) {
      yield* plainChange(action)
    } else {
      const exchange = exchanges.get(path) ?? {}
      exchanges.set(path, { ...exchange, ...action })
    }
  }
  for (const { add, remove } of exchanges.values()) {
    if (add && remove) yield { kind: 'vector', before: remove, file: add }
    else if (add) yield { kind: 'add', file: add }
    else if (remove) yield { kind: 'remove', file: remove }
  }
}

const NO_PATHS: ReadonlySet<string> = new Set()

function* plainChange(action: Action): Generator<FileChange> {
  if (dataFileOf(action) === undefined) return
  if ('add' in action) yield { kind: 'add', file: action.add }
  else if ('remove' in action) yield { kind: 'remove', file: action.remove }
}

function pathsWithVectors(actions: Iterable<Action>, location: string): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const action of actions) {
    const file = dataFileOf(action)
    if (file?.deletionVector !== undefined) paths.add(canonicalPath(file.path, location))
  }
  return paths
}

function pathOf(action: Action, location: string): string | undefined {
  const file = dataFileOf(action)
  return file && canonicalPath(file.path, location)
}

/** The data file that an action adds or removes, if that changes rows: others only hold the same rows in another way. */
function dataFileOf(action: Action): AddFile | RemoveFile | undefined {
  const file = 'add' in action ? action.add : 'remove' in action ? action.remove : undefined
  return file?.dataChange ? file : undefined
}
