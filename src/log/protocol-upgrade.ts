import { DeltaError } from '../errors.ts'
import type { StructType } from '../schema/index.ts'
import type { Protocol } from './actions.ts'
import type { TableShape } from './feature-use.ts'
import { findTableFeature, type TableFeature, tableFeatures } from './features.ts'
import {
  featureNames,
  hasFeature,
  LISTED_READER_VERSION,
  LISTED_WRITER_VERSION,
  obstacleOf,
  type Refusal,
  readerFeatures,
  refusal,
  refuse,
} from './protocol.ts'

/** The protocol of a table that needs nothing: its features are implied, none is listed. */
const LOWEST: Protocol = { minReaderVersion: 1, minWriterVersion: 2 }

export interface ProtocolNeeds {
  /** The protocol that the table has; none for a new one. */
  readonly before?: Protocol | undefined
  /** Features that it must have though nothing in it uses them yet. */
  readonly features?: readonly string[] | undefined
}

/**
 * The lowest protocol that expresses a table, not lower than the one that it has: (1, 2) for a new one unless its schema or
 * properties use more; `before` itself where that suffices. Legacy versions are raised as long as they can say it; from
 * then on features are listed, with all that the old versions implied (PROTOCOL.md "Protocol Evolution").
 * @throws {DeltaError} `unsupported` naming each feature newly used that we cannot write.
 */
export function protocolFor(
  schema: StructType,
  properties: Readonly<Record<string, string>>,
  { before = LOWEST, features = [] }: ProtocolNeeds = {},
): Protocol {
  const table = { schema, configuration: properties }
  const isNew = (feature: TableFeature): boolean => !hasFeature(before, feature.name)
  const used = tableFeatures.filter((feature) => feature.use?.(table) !== undefined).filter(isNew)
  const asked = features.map(knownFeature).filter(isNew)
  const refusals: Refusal[] = [
    ...used.flatMap((feature) => refusalOf(feature, table)),
    ...asked.filter(({ write }) => write === 'no').map((feature) => refusal(feature, undefined)),
  ]
  refuse('the table cannot be written', refusals)
  const added = withRequired([...used, ...asked]).filter(isNew)
  if (added.length === 0) return before
  const isListed = before.minWriterVersion >= LISTED_WRITER_VERSION
  return !isListed && added.every((feature) => feature.legacy) ? raised(before, added) : listed(before, added)
}

function refusalOf(feature: TableFeature, table: TableShape): Refusal[] {
  const obstacle = feature.write === 'no' ? feature.use?.(table) : obstacleOf(feature, 'write')?.(table)
  return obstacle === undefined ? [] : [refusal(feature, obstacle)]
}

function raised(before: Protocol, added: readonly TableFeature[]): Protocol {
  return {
    minReaderVersion: Math.max(before.minReaderVersion, ...added.map((feature) => feature.legacy?.reader ?? 1)),
    minWriterVersion: Math.max(before.minWriterVersion, ...added.map((feature) => feature.legacy?.writer ?? 2)),
  }
}

function listed(before: Protocol, added: readonly TableFeature[]): Protocol {
  const names = [...new Set([...featureNames(before), ...added.map(({ name }) => name)])]
  const forReaders = names.filter((name) => readerFeatures(before).includes(name) || isForReaders(name))
  return {
    minReaderVersion: forReaders.length > 0 ? LISTED_READER_VERSION : before.minReaderVersion,
    minWriterVersion: LISTED_WRITER_VERSION,
    ...(forReaders.length > 0 && { readerFeatures: forReaders }),
    writerFeatures: names,
  }
}

function isForReaders(name: string): boolean {
  return findTableFeature(name)?.kind === 'reader-writer'
}

function withRequired(features: readonly TableFeature[]): readonly TableFeature[] {
  const all = new Set(features)
  for (const { requires = [] } of all) for (const name of requires) all.add(knownFeature(name))
  return [...all]
}

function knownFeature(name: string): TableFeature {
  const feature = findTableFeature(name)
  if (feature) return feature
  throw new DeltaError('unsupported', `the table feature ${name} is not known: it cannot be added to a table`, {
    feature: name,
  })
}
