import { parseSchema, type StructType } from '../schema/index.ts'
import type { Action, AddFile, CommitInfo, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import { FileSet } from './file-set.ts'

/** What the actions up to one version add up to. A value: replaying more actions makes a new state. */
export interface TableState {
  readonly protocol?: Protocol
  readonly metadata?: Metadata
  /** Of `metadata`. */
  readonly schema?: StructType
  /** What each application said last. */
  readonly txns: ReadonlyMap<string, Txn>
  /** Without tombstones. */
  readonly domains: ReadonlyMap<string, DomainMetadata>
  readonly files: FileSet
  /** Files that are gone, as far as the log still tells: whoever writes a checkpoint keeps those that have not expired. */
  readonly tombstones: FileSet<RemoveFile>
  /** Of the last commit. */
  readonly commitInfo?: CommitInfo
}

export const EMPTY_STATE: TableState = {
  txns: new Map(),
  domains: new Map(),
  files: FileSet.empty(),
  tombstones: FileSet.empty(),
}

/** What tells files apart: the decoded path and the deletion vector (PROTOCOL.md "Action Reconciliation"). */
export function fileKey(file: AddFile | RemoveFile, location?: string): string {
  const { path, deletionVector: vector } = file
  const canonical = canonicalPath(path, location)
  if (vector === undefined) return canonical
  // No path holds a NUL.
  return `${canonical}\0${vector.storageType}${vector.pathOrInlineDv}${vector.offset === undefined ? '' : `@${vector.offset}`}`
}

/**
 * The state after some commits, oldest first. Within one commit removes count before adds, whatever their order.
 * @param location where the table is, so that absolute paths below it name the same files as relative ones.
 */
export function replay(state: TableState, commits: Iterable<readonly Action[]>, location?: string): TableState {
  let { protocol, metadata, commitInfo } = state
  const txns = new Map(state.txns)
  const domains = new Map(state.domains)
  const files = state.files.edit()
  const tombstones = state.tombstones.edit()
  for (const actions of commits) {
    commitInfo = undefined
    for (const action of actions) {
      if ('remove' in action) {
        const key = fileKey(action.remove, location)
        files.drop(key)
        tombstones.put(key, action.remove)
      } else if ('protocol' in action) protocol = action.protocol
      else if ('metaData' in action) metadata = action.metaData
      else if ('txn' in action) txns.set(action.txn.appId, action.txn)
      else if ('domainMetadata' in action) applyDomain(domains, action.domainMetadata)
      else if ('commitInfo' in action) commitInfo ??= action.commitInfo
    }
    for (const action of actions) {
      if (!('add' in action)) continue
      const key = fileKey(action.add, location)
      files.put(key, action.add)
      tombstones.drop(key)
    }
  }
  const schema = metadata === state.metadata ? state.schema : metadata && parseSchema(metadata.schemaString)
  return {
    ...(protocol && { protocol }),
    ...(metadata && { metadata }),
    ...(schema && { schema }),
    ...(commitInfo && { commitInfo }),
    txns,
    domains,
    files: files.done(),
    tombstones: tombstones.done(),
  }
}

function applyDomain(domains: Map<string, DomainMetadata>, domain: DomainMetadata): void {
  if (domain.removed) domains.delete(domain.domain)
  else domains.set(domain.domain, domain)
}
