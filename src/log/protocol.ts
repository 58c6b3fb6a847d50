import { DeltaError } from '../errors.ts'
import { parseSchema } from '../schema/index.ts'
import type { Metadata, Protocol } from './actions.ts'
import type { FindUse, TableShape } from './feature-use.ts'
import { findTableFeature, type TableFeature, tableFeatures } from './features.ts'

/** The newest versions of PROTOCOL.md: from them on features are listed by name. */
export const LISTED_READER_VERSION = 3
export const LISTED_WRITER_VERSION = 7

/**
 * Lets a table pass that we read rightly. Without `metadata` only the protocol is looked at.
 * @throws {DeltaError} `unsupported` naming each feature that stands in the way; `invalid-data` for a protocol that
 * contradicts itself.
 * @param table what to call the table in a message.
 */
export function checkReadable(protocol: Protocol, metadata?: Metadata, table = 'the table'): void {
  checkVersion('reader', protocol.minReaderVersion, table)
  checkShape(protocol, table)
  refuse(`${table} cannot be read`, [
    ...refusedByName(readerFeatures(protocol), 'read'),
    ...(metadata ? refusedByUse(shapeOf(metadata), 'read') : []),
  ])
  if (metadata && metadata.format.provider !== 'parquet') {
    throw new DeltaError(
      'unsupported',
      `the files of ${table} are ${metadata.format.provider}: only parquet can be read`,
      {
        feature: `format ${metadata.format.provider}`,
      },
    )
  }
}

/**
 * Lets a table pass that we read and write rightly: a writer must know all reader and all writer features. The legacy
 * versions 3 to 6 pass if nothing in the schema or the properties uses what they imply.
 * @throws {DeltaError} as {@link checkReadable}.
 */
export function checkWritable(protocol: Protocol, metadata: Metadata, table = 'the table'): void {
  checkReadable(protocol, metadata, table)
  checkVersion('writer', protocol.minWriterVersion, table)
  refuse(`${table} cannot be written`, [
    ...refusedByName(writerFeatures(protocol), 'write'),
    ...refusedByUse(shapeOf(metadata), 'write'),
  ])
}

/** The names of the features that a schema and properties use. */
export function usedFeatures(metadata: Metadata): readonly string[] {
  const shape = shapeOf(metadata)
  return tableFeatures.filter((feature) => feature.use?.(shape) !== undefined).map(({ name }) => name)
}

/** The names of the features that a reader must know: listed, or implied by a legacy version. */
export function readerFeatures(protocol: Protocol): readonly string[] {
  if (protocol.readerFeatures) return protocol.readerFeatures
  return implied((feature) => feature.legacy?.reader, protocol.minReaderVersion)
}

/** The names of the features that a writer must know: listed, or implied by a legacy version. */
export function writerFeatures(protocol: Protocol): readonly string[] {
  if (protocol.writerFeatures) return protocol.writerFeatures
  const names = implied((feature) => feature.legacy?.writer, protocol.minWriterVersion)
  // What readers must know as well is implied by both versions together.
  const forReaders = readerFeatures(protocol)
  return names.filter((name) => findTableFeature(name)?.kind === 'writer' || forReaders.includes(name))
}

/** The names of all features that a protocol has. */
export function featureNames(protocol: Protocol): ReadonlySet<string> {
  return new Set([...readerFeatures(protocol), ...writerFeatures(protocol)])
}

/** Whether a protocol has a feature, be it by the name from before it was final. */
export function hasFeature(protocol: Protocol, name: string): boolean {
  const names = featureNames(protocol)
  return names.has(name) || names.has(`${name}-preview`)
}

function implied(since: (feature: TableFeature) => number | undefined, version: number): readonly string[] {
  return tableFeatures
    .filter((feature) => (since(feature) ?? Number.POSITIVE_INFINITY) <= version)
    .map((feature) => feature.name)
}

/** PROTOCOL.md "Protocol Evolution": the lists are there exactly when the versions say so. */
function checkShape(protocol: Protocol, table: string): void {
  const { minReaderVersion, minWriterVersion, readerFeatures, writerFeatures } = protocol
  if (minReaderVersion === LISTED_READER_VERSION && minWriterVersion < LISTED_WRITER_VERSION) {
    throw contradiction(table, `minReaderVersion 3 needs minWriterVersion 7, found ${minWriterVersion}`)
  }
  if (Boolean(readerFeatures) !== minReaderVersion >= LISTED_READER_VERSION) {
    throw contradiction(table, `readerFeatures must be listed from minReaderVersion 3 on, which is ${minReaderVersion}`)
  }
  if (Boolean(writerFeatures) !== minWriterVersion >= LISTED_WRITER_VERSION) {
    throw contradiction(table, `writerFeatures must be listed from minWriterVersion 7 on, which is ${minWriterVersion}`)
  }
}

function contradiction(table: string, what: string): DeltaError {
  return new DeltaError('invalid-data', `the protocol of ${table} contradicts itself: ${what}`)
}

function checkVersion(kind: 'reader' | 'writer', version: number, table: string): void {
  const newest = kind === 'reader' ? LISTED_READER_VERSION : LISTED_WRITER_VERSION
  if (version >= 1 && version <= newest) return
  throw new DeltaError(
    'unsupported',
    `${table} needs Delta ${kind} version ${version}; this library knows 1 to ${newest}: use a newer client`,
    { feature: `${kind} version ${version}` },
  )
}

export interface Refusal {
  readonly name: string
  readonly reason: string
}

function refusedByName(names: readonly string[], action: 'read' | 'write'): Refusal[] {
  return names.flatMap((name) => {
    const feature = findTableFeature(name)
    if (feature === undefined) return [{ name, reason: 'this library does not know it' }]
    return feature[action] === 'no' ? [refusal(feature, undefined)] : []
  })
}

function refusedByUse(table: TableShape, action: 'read' | 'write'): Refusal[] {
  return tableFeatures.flatMap((feature) => {
    const used = obstacleOf(feature, action)?.(table)
    return used === undefined ? [] : [refusal(feature, used)]
  })
}

/** What of a table stands in the way of a feature that we do not have in full. */
export function obstacleOf(feature: TableFeature, action: 'read' | 'write'): FindUse | undefined {
  const { [action]: support, use, beyond } = feature
  return support === 'in-part' ? beyond : support === 'unless-used' ? use : undefined
}

export function refusal(feature: TableFeature, used: string | undefined): Refusal {
  const source = feature.section.startsWith('RFC') ? feature.section : `PROTOCOL.md "${feature.section}"`
  return { name: feature.name, reason: `${feature.note} (${used === undefined ? '' : `${used}; `}${source})` }
}

/** @throws {DeltaError} `unsupported` naming every refusal; nothing if there is none. */
export function refuse(what: string, refusals: readonly Refusal[]): void {
  const [first] = refusals
  if (first === undefined) return
  const list = refusals.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  const features = refusals.length > 1 ? 'features' : 'feature'
  throw new DeltaError(
    'unsupported',
    `${what} because of the table ${features} ${list}. Use another client, or drop the ${features} from the table`,
    { feature: first.name },
  )
}

/** Made once for each metadata: an append asks for it several times, and a schema may have thousands of columns. */
const shapes = new WeakMap<Metadata, TableShape>()

function shapeOf(metadata: Metadata): TableShape {
  const known = shapes.get(metadata)
  if (known) return known
  const shape = { schema: parseSchema(metadata.schemaString), configuration: metadata.configuration }
  shapes.set(metadata, shape)
  return shape
}
