import { DeltaError } from '../../errors.ts'
import type { Action, DomainMetadata, Metadata, Protocol, Txn } from '../actions.ts'
import { EMPTY_STATE, fileKey, type TableState } from '../replay.ts'
import type { CheckpointFiles } from './choose.ts'
import type { CheckpointMetadata, Sidecar } from './rows.ts'

/** An action that a checkpoint may hold; those of v2 checkpoints among them. */
export type CheckpointAction =
  | Action
  | { readonly sidecar: Sidecar }
  | { readonly checkpointMetadata: CheckpointMetadata }

/** The state that a checkpoint's actions make, in whichever order they come, and whether they are all there. */
export class CheckpointState {
  readonly sidecars: Sidecar[] = []
  readonly #checkpoint: CheckpointFiles
  readonly #location: string
  readonly #files = EMPTY_STATE.files.edit()
  readonly #tombstones = EMPTY_STATE.tombstones.edit()
  readonly #txns = new Map<string, Txn>()
  readonly #domains = new Map<string, DomainMetadata>()
  readonly #about: CheckpointMetadata[] = []
  #protocol: Protocol | undefined
  #metadata: Metadata | undefined
  #adds = 0
  #removes = 0

  constructor(checkpoint: CheckpointFiles, location: string) {
    this.#checkpoint = checkpoint
    this.#location = location
  }

  take(action: CheckpointAction): void {
    if ('add' in action) {
      this.#adds++
      const key = fileKey(action.add, this.#location)
      this.#files.put(key, action.add)
      this.#tombstones.drop(key)
    } else if ('remove' in action) {
      this.#removes++
      const key = fileKey(action.remove, this.#location)
      // No checkpoint has both. If one does, the file is there: to read too much is seen, too little is not.
      if (!this.#files.has(key)) this.#tombstones.put(key, action.remove)
    } else if ('protocol' in action) this.#protocol = action.protocol
    else if ('metaData' in action) this.#metadata = action.metaData
    else if ('txn' in action) this.#txns.set(action.txn.appId, action.txn)
    else if ('domainMetadata' in action) {
      if (!action.domainMetadata.removed) this.#domains.set(action.domainMetadata.domain, action.domainMetadata)
    } else if ('sidecar' in action) this.sidecars.push(action.sidecar)
    else if ('checkpointMetadata' in action) this.#about.push(action.checkpointMetadata)
  }

  /**
   * Checks what the top of the checkpoint says, before sidecars are read (PROTOCOL.md "V2 Spec").
   * @throws {DeltaError} `invalid-data`.
   */
  checkTop(): void {
    const { kind, version } = this.#checkpoint
    if (this.#protocol === undefined) throw this.#damaged('it has no protocol action')
    if (this.#metadata === undefined) throw this.#damaged('it has no metaData action')
    const [about, ...more] = this.#about
    if (more.length > 0 || (kind === 'v2' && about === undefined)) {
      throw this.#damaged(`expected one checkpointMetadata action, found ${this.#about.length}`)
    }
    if (about && about.version !== version) throw this.#damaged(`it says that it is of version ${about.version}`)
    if (this.sidecars.length > 0 && this.#adds + this.#removes > 0) {
      throw this.#damaged('it has both sidecars and files of its own')
    }
  }

  /** How many files the checkpoint says that it has. */
  get counted(): number | undefined {
    const text = this.#about[0]?.tags?.numOfAddFiles
    return text === undefined ? undefined : Number(text)
  }

  /** Checks that all files are there. @throws {DeltaError} `invalid-data`. */
  checkCount(): void {
    if (this.counted === undefined || this.counted === this.#adds) return
    throw this.#damaged(`it counts ${this.counted} files, but holds ${this.#adds}`)
  }

  /** The state, without a schema. */
  done(): TableState {
    return {
      ...(this.#protocol && { protocol: this.#protocol }),
      ...(this.#metadata && { metadata: this.#metadata }),
      txns: this.#txns,
      domains: this.#domains,
      files: this.#files.done(),
      tombstones: this.#tombstones.done(),
    }
  }

  #damaged(how: string): DeltaError {
    const file = this.#checkpoint.files[0]?.key ?? ''
    return new DeltaError('invalid-data', `the checkpoint ${file} is damaged: ${how}`, { file })
  }
}
