import type { StructType } from '../schema/index.ts'
import type { Action, AddFile, CommitInfo, DomainMetadata, Metadata, Protocol, RemoveFile, Txn } from './actions.ts'
import { canonicalPath } from './data-path.ts'
import type { FileBlock } from './file-block.ts'
import { FileSet, type FileSetEdit } from './file-set.ts'
import { LineBlock, type OtherLines } from './line-block.ts'
import { actionsIn } from './parse.ts'
import { tableSchema } from './table-schema.ts'

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

/** A commit of so many bytes has hundreds of files: fewer are not worth a block of their own. */
const HELD_BYTES = 64 * 1024

/** What tells files apart: the decoded path and the deletion vector (PROTOCOL.md "Action Reconciliation"). */
export function fileKey(file: AddFile | RemoveFile, location?: string): string {
  const { path, deletionVector: vector } = file
  const canonical = canonicalPath(path, location)
  if (vector === undefined) return canonical
  // No path holds a NUL.
  return `${canonical}\0${vector.storageType}${vector.pathOrInlineDv}${vector.offset === undefined ? '' : `@${vector.offset}`}`
}

/** The state after some commits, oldest first. @param location as for {@link Replay}. */
export function replay(state: TableState, commits: Iterable<readonly Action[]>, location?: string): TableState {
  const replayed = new Replay(state, location)
  for (const actions of commits) replayed.commit(actions)
  return replayed.done()
}

/** A state to which commits are added one by one. */
export class Replay {
  readonly #from: TableState
  readonly #location: string | undefined
  readonly #files: FileSetEdit<AddFile>
  readonly #tombstones: FileSetEdit<RemoveFile>
  readonly #txns: Map<string, Txn>
  readonly #domains: Map<string, DomainMetadata>
  #protocol: Protocol | undefined
  #metadata: Metadata | undefined
  #commitInfo: CommitInfo | undefined

  /** @param location where the table is, so that absolute paths below it name the same files as relative ones. */
  constructor(from: TableState, location?: string) {
    this.#from = from
    this.#location = location
    this.#files = from.files.edit()
    this.#tombstones = from.tombstones.edit()
    this.#txns = new Map(from.txns)
    this.#domains = new Map(from.domains)
    this.#protocol = from.protocol
    this.#metadata = from.metadata
    this.#commitInfo = from.commitInfo
  }

  /**
   * Adds the actions of a commit file, as {@link Replay.commit} does; the adds of a large one are held as its bytes.
   * @param file its key, for messages.
   * @throws {DeltaError} `invalid-data` naming file and line.
   */
  commitFile(body: Uint8Array, file: string): CommitInfo | undefined {
    if (body.length < HELD_BYTES) return this.commit(actionsIn(body, file))
    const { adds, others } = LineBlock.of(body)
    return this.commit(actionsOf(others, file), adds)
  }

  /**
   * Adds the actions of one commit, or of all commits that a compacted file stands for. Removes count before adds,
   * whatever their order.
   * @param held adds that are not among the actions.
   * @returns what the commit says about itself.
   */
  commit(actions: Iterable<Action>, held?: FileBlock<AddFile>): CommitInfo | undefined {
    this.#commitInfo = undefined
    const adds: AddFile[] = []
    for (const action of actions) {
      if ('add' in action) adds.push(action.add)
      else if ('remove' in action) this.#remove(action.remove)
      else if ('protocol' in action) this.#protocol = action.protocol
      else if ('metaData' in action) this.#metadata = action.metaData
      else if ('txn' in action) this.#txns.set(action.txn.appId, action.txn)
      else if ('domainMetadata' in action) applyDomain(this.#domains, action.domainMetadata)
      else if ('commitInfo' in action) this.#commitInfo ??= action.commitInfo
    }
    if (held) this.#addAll(held)
    for (const add of adds) this.#add(add)
    return this.#commitInfo
  }

  /** The state after the commits; nothing can be added any more. */
  done(): TableState {
    const [protocol, metadata, commitInfo] = [this.#protocol, this.#metadata, this.#commitInfo]
    const { metadata: before, schema: known } = this.#from
    const schema = (metadata === before ? known : undefined) ?? (metadata && tableSchema(metadata))
    return {
      ...(protocol && { protocol }),
      ...(metadata && { metadata }),
      ...(schema && { schema }),
      ...(commitInfo && { commitInfo }),
      txns: this.#txns,
      domains: this.#domains,
      files: this.#files.done(),
      tombstones: this.#tombstones.done(),
    }
  }

  #add(add: AddFile): void {
    const key = fileKey(add, this.#location)
    this.#files.put(key, add)
    this.#tombstones.drop(key)
  }

  #addAll(block: FileBlock<AddFile>): void {
    this.#files.append(block)
    if (this.#tombstones.size === 0) return
    for (let row = 0; row < block.length; row++) this.#tombstones.drop(block.key(row))
  }

  #remove(remove: RemoveFile): void {
    const key = fileKey(remove, this.#location)
    this.#files.drop(key)
    this.#tombstones.put(key, remove)
  }
}

function* actionsOf(lines: readonly OtherLines[], file: string): Generator<Action> {
  for (const { bytes, before } of lines) yield* actionsIn(bytes, file, before)
}

function applyDomain(domains: Map<string, DomainMetadata>, domain: DomainMetadata): void {
  if (domain.removed) domains.delete(domain.domain)
  else domains.set(domain.domain, domain)
}
