import type { ObjectMeta } from '../../store/index.ts'
import type { LogFile } from '../paths.ts'

/** The files of one whole checkpoint: one, or all of its parts in their order. Sidecars are named inside. */
export interface CheckpointFiles {
  readonly version: number
  readonly kind: 'classic' | 'multi-part' | 'v2'
  readonly format: 'json' | 'parquet'
  readonly files: readonly ObjectMeta[]
}

/** A file of the log that belongs to a checkpoint, by its name. */
export interface CheckpointFile {
  readonly name: Extract<LogFile, { kind: 'classic-checkpoint' | 'multi-part-checkpoint' | 'v2-checkpoint' }>
  readonly object: ObjectMeta
}

/** Among checkpoints of one version: those that say most about themselves come first. */
const PREFERENCE = { v2: 0, classic: 1, 'multi-part': 2 } as const

/**
 * The whole checkpoints among some files, the best first: newest version, then kind. A multi-part checkpoint that lacks
 * a part is none (PROTOCOL.md "Checkpoints").
 */
export function wholeCheckpoints(files: readonly CheckpointFile[]): CheckpointFiles[] {
  const checkpoints: CheckpointFiles[] = []
  const sets = new Map<string, { version: number; parts: ObjectMeta[]; missing: number }>()
  for (const { name, object } of files) {
    const { version } = name
    if (name.kind === 'v2-checkpoint') {
      checkpoints.push({ version, kind: 'v2', format: name.format, files: [object] })
    } else if (name.kind === 'classic-checkpoint') {
      checkpoints.push({ version, kind: 'classic', format: 'parquet', files: [object] })
    } else {
      const key = `${version} in ${name.parts}`
      const set = sets.get(key) ?? { version, parts: [], missing: name.parts }
      if (set.parts[name.part - 1] === undefined) set.missing--
      set.parts[name.part - 1] = object
      sets.set(key, set)
    }
  }
  for (const { version, parts, missing } of sets.values()) {
    if (missing === 0) checkpoints.push({ version, kind: 'multi-part', format: 'parquet', files: parts })
  }
  return checkpoints.sort((a, b) => b.version - a.version || PREFERENCE[a.kind] - PREFERENCE[b.kind])
}
