import { decodePath } from './data-path.ts'

/**
 * All names below `_delta_log`, in one place (PROTOCOL.md "File Types"). Keys are relative to the table's root.
 */

/** The folder of the log, with its slash: what every listing of the log starts with. */
export const LOG_PREFIX = '_delta_log/'
/** The folder of the files that v2 checkpoints lead to, with its slash. */
export const SIDECAR_PREFIX = `${LOG_PREFIX}_sidecars/`
/** The hint where the newest checkpoint is; its content is never trusted without a listing. */
export const LAST_CHECKPOINT_PATH = `${LOG_PREFIX}_last_checkpoint`

/** Versions are printed with 20 digits, so that names sort as versions do. */
const VERSION_DIGITS = 20
/** Part numbers of a multi-part checkpoint have 10. */
const PART_DIGITS = 10

/** What a name below `_delta_log` says; `unknown` is everything that readers must ignore. */
export type LogFile =
  | { readonly kind: 'commit'; readonly version: number }
  | { readonly kind: 'staged-commit'; readonly version: number; readonly uuid: string }
  | { readonly kind: 'classic-checkpoint'; readonly version: number }
  | { readonly kind: 'multi-part-checkpoint'; readonly version: number; readonly part: number; readonly parts: number }
  | {
      readonly kind: 'v2-checkpoint'
      readonly version: number
      readonly uuid: string
      readonly format: 'json' | 'parquet'
    }
  /** Replaces the commits `from` to `to`, both inclusive. */
  | { readonly kind: 'compacted'; readonly from: number; readonly to: number }
  | { readonly kind: 'checksum'; readonly version: number }
  | { readonly kind: 'last-checkpoint' }
  | { readonly kind: 'unknown' }

const UNKNOWN: LogFile = { kind: 'unknown' }
const UUID = '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}'
const VERSIONED_NAME = new RegExp(`^(\\d{${VERSION_DIGITS}})\\.(.+)$`)
const MULTI_PART = new RegExp(`^checkpoint\\.(\\d{${PART_DIGITS}})\\.(\\d{${PART_DIGITS}})\\.parquet$`)
const V2_CHECKPOINT = new RegExp(`^checkpoint\\.(${UUID})\\.(json|parquet)$`)
const COMPACTED = new RegExp(`^(\\d{${VERSION_DIGITS}})\\.compacted\\.json$`)
const STAGED_NAME = new RegExp(`^_staged_commits/(\\d{${VERSION_DIGITS}})\\.(${UUID})\\.json$`)

/** Reads a key below the table's root. A name that no format function here could have made is `unknown`. */
export function parseLogPath(key: string): LogFile {
  if (!key.startsWith(LOG_PREFIX)) return UNKNOWN
  const name = key.slice(LOG_PREFIX.length)
  if (key === LAST_CHECKPOINT_PATH) return { kind: 'last-checkpoint' }
  const staged = STAGED_NAME.exec(name)
  if (staged) return withVersion(staged[1], (version) => ({ kind: 'staged-commit', version, uuid: staged[2] ?? '' }))
  const versioned = VERSIONED_NAME.exec(name)
  const suffix = versioned?.[2]
  return suffix === undefined ? UNKNOWN : withVersion(versioned?.[1], (version) => parseSuffix(version, suffix))
}

function parseSuffix(version: number, suffix: string): LogFile {
  if (suffix === 'json') return { kind: 'commit', version }
  if (suffix === 'crc') return { kind: 'checksum', version }
  if (suffix === 'checkpoint.parquet') return { kind: 'classic-checkpoint', version }
  const multiPart = MULTI_PART.exec(suffix)
  if (multiPart) {
    const [part, parts] = [Number(multiPart[1]), Number(multiPart[2])]
    return part >= 1 && part <= parts ? { kind: 'multi-part-checkpoint', version, part, parts } : UNKNOWN
  }
  const v2 = V2_CHECKPOINT.exec(suffix)
  if (v2) return { kind: 'v2-checkpoint', version, uuid: v2[1] ?? '', format: v2[2] === 'json' ? 'json' : 'parquet' }
  const compacted = COMPACTED.exec(suffix)
  if (compacted) {
    return withVersion(compacted[1], (to) => (to > version ? { kind: 'compacted', from: version, to } : UNKNOWN))
  }
  return UNKNOWN
}

function withVersion(digits: string | undefined, build: (version: number) => LogFile): LogFile {
  const version = Number(digits)
  return Number.isSafeInteger(version) ? build(version) : UNKNOWN
}

export function formatCommitPath(version: number): string {
  return `${formatVersionPrefix(version)}.json`
}

export function formatStagedCommitPath(version: number, uuid: string): string {
  return `${LOG_PREFIX}_staged_commits/${padVersion(version)}.${uuid}.json`
}

export function formatClassicCheckpointPath(version: number): string {
  return `${formatVersionPrefix(version)}.checkpoint.parquet`
}

/** `part` counts from 1 to `parts`. */
export function formatMultiPartCheckpointPath(version: number, part: number, parts: number): string {
  return `${formatVersionPrefix(version)}.checkpoint.${padPart(part)}.${padPart(parts)}.parquet`
}

export function formatV2CheckpointPath(version: number, uuid: string, format: 'json' | 'parquet'): string {
  return `${formatVersionPrefix(version)}.checkpoint.${uuid}.${format}`
}

/** `part` counts from 1 to `parts`. Readers take the name as it is; this is how Spark forms it. */
export function formatSidecarPath(version: number, part: number, parts: number, uuid: string): string {
  const name = `${padVersion(version)}.checkpoint.${padPart(part)}.${padPart(parts)}.${uuid}.parquet`
  return `${SIDECAR_PREFIX}${name}`
}

/** Where a sidecar lies that a checkpoint names. All lie in one folder; some writers put the whole path. */
export function sidecarKey(path: string): string {
  return `${SIDECAR_PREFIX}${decodePath(path.slice(path.lastIndexOf('/') + 1))}`
}

/** The log compaction of the commits `from` to `to`, both inclusive. */
export function formatCompactedPath(from: number, to: number): string {
  return `${formatVersionPrefix(from)}.${padVersion(to)}.compacted.json`
}

export function formatChecksumPath(version: number): string {
  return `${formatVersionPrefix(version)}.crc`
}

/**
 * What the name of every file of a version starts with. As the exclusive start of a listing it skips all earlier
 * versions and keeps this one.
 */
export function formatVersionPrefix(version: number): string {
  return `${LOG_PREFIX}${padVersion(version)}`
}

function padVersion(version: number): string {
  return String(version).padStart(VERSION_DIGITS, '0')
}

function padPart(part: number): string {
  return String(part).padStart(PART_DIGITS, '0')
}
