import type { Protocol } from '../log/index.ts'
import type { DeltaMetadata, SharedTableFacts } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/** The greatest writer version that needs no list of features. */
const LAST_UNLISTED_WRITER = 6

/**
 * The protocol of a table as `responseformat=delta` tells it. A client that knows no table features, and needs none here,
 * is told the versions from before there were any: it would refuse the others, whatever they list.
 */
export function deltaProtocol(
  protocol: Protocol,
  needed: readonly string[],
  readerFeatures: ReadonlySet<string>,
): Protocol {
  if (needed.length > 0 || readerFeatures.size > 0) return protocol
  return { minReaderVersion: 1, minWriterVersion: Math.min(protocol.minWriterVersion, LAST_UNLISTED_WRITER) }
}

/** The metadata of a table as `responseformat=delta` tells it: that of the log. Clients need all of it to read files. */
export function deltaMetadata({ metadata }: Pick<LoadedTable, 'metadata'>, facts: SharedTableFacts): DeltaMetadata {
  return { deltaMetadata: metadata, ...facts }
}
