import { DeltaError } from '../errors.ts'
import { sha256Hex } from './digest.ts'
import { MAX_SCHEMA_VERSION } from './schema-descriptor.ts'

/** The tables of a share that tell about the others. Names are compared without case: Unity Catalog keeps them in lower. */
export const METADATA_TABLES = [
  'WORKFLOWS',
  'WORKFLOW_SCHEMA_VERSIONS',
  'WORKFLOW_SCHEMA_FIELDS',
  'WORKFLOW_RUNS',
  'ACTIVITY_LOG',
] as const

export type MetadataTable = (typeof METADATA_TABLES)[number]

/** What the name of a shared table says. `workflow` is the workflow's part of it, in upper case. */
export type TableName =
  | { readonly kind: 'version'; readonly workflow: string; readonly version: number }
  | { readonly kind: 'latest'; readonly workflow: string }
  | { readonly kind: 'metadata'; readonly table: MetadataTable }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** An id that keeps its characters: one case, so that no other of its kind has the same capitals. */
const SIMPLE = /^(?:[A-Z0-9]{1,64}|[a-z0-9]{1,64})$/
/** What is kept of any other id, for people to read; the digest after it tells it from others. */
const MAX_READABLE = 40
const DIGEST_DIGITS = 10

const WORKFLOW_TABLE = /^WF_([A-Z0-9]+(?:_[A-Z0-9]+)*)__(?:V([1-9]\d{0,9})|LATEST)$/

/**
 * The part of a table's name that stands for a workflow: capitals, digits and single underscores, so that neither Unity
 * Catalog nor the sharing protocol objects, and no id can pass for a versioned name. A UUID has its hyphens as
 * underscores; a short alphanumeric id stands as it is; every other one is made readable and carries ten digits of its
 * SHA-256.
 *
 * Two ids can still meet here (`abc` and `ABC`): see {@link claimWorkflowName}.
 */
export function workflowName(id: string): string {
  if (UUID.test(id)) return id.toUpperCase().replaceAll('-', '_')
  if (SIMPLE.test(id)) return id.toUpperCase()
  const readable = id
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_/, '')
    .slice(0, MAX_READABLE)
    // After the cut: an underscore at its end would meet the one that follows.
    .replace(/_$/, '')
    .toUpperCase()
  const digest = sha256Hex(id).slice(0, DIGEST_DIGITS).toUpperCase()
  return `${readable === '' ? 'ID' : readable}_X${digest}`
}

/**
 * The name of a workflow, if it is free or already its own.
 * @param owners which id each name belongs to, of all workflows that were ever published here.
 * @throws {DeltaError} `already-exists` when the name belongs to another workflow: their rows must never mix.
 */
export function claimWorkflowName(owners: ReadonlyMap<string, string>, id: string): string {
  const name = workflowName(id)
  const owner = owners.get(name)
  if (owner === undefined || owner === id) return name
  throw new DeltaError(
    'already-exists',
    `workflow ${JSON.stringify(id)} cannot be published: its tables WF_${name}__… belong to workflow ${JSON.stringify(owner)}; publish one of them under another connector`,
  )
}

/**
 * `WF_<id>__V<n>`: the rows of all runs with one version of a workflow's schema.
 * @throws {DeltaError} `invalid-argument` unless the version is a whole number from 1.
 */
export function formatVersionTable(workflowId: string, version: number): string {
  if (!Number.isInteger(version) || version < 1 || version > MAX_SCHEMA_VERSION) {
    throw new DeltaError(
      'invalid-argument',
      `${version} is no schema version: expected a whole number from 1 to ${MAX_SCHEMA_VERSION}`,
    )
  }
  return `WF_${workflowName(workflowId)}__V${version}`
}

/** `WF_<id>__LATEST`: the rows of a workflow's newest run. */
export function formatLatestTable(workflowId: string): string {
  return `WF_${workflowName(workflowId)}__LATEST`
}

/** Reads the name of a shared table, in any case; undefined when it is none of ours. */
export function parseTableName(name: string): TableName | undefined {
  // Without this, the capitals of letters far away would do: that of "ı" is "I".
  if (!/^\w+$/.test(name)) return undefined
  const upper = name.toUpperCase()
  const table = METADATA_TABLES.find((each) => each === upper)
  if (table !== undefined) return { kind: 'metadata', table }
  const [, workflow, digits] = WORKFLOW_TABLE.exec(upper) ?? []
  if (workflow === undefined) return undefined
  if (digits === undefined) return { kind: 'latest', workflow }
  const version = Number(digits)
  return version > MAX_SCHEMA_VERSION ? undefined : { kind: 'version', workflow, version }
}
