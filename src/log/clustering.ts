import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonValue, parseJson } from '../json.ts'
import type { Snapshot } from './snapshot.ts'

const CLUSTERING_DOMAIN = 'delta.clustering'

/**
 * The columns that a table is clustered by, as physical paths; none for most tables. Every file must have statistics of
 * them (PROTOCOL.md "Clustered Table"). A column may stand as a path, as Spark writes it, or as one name, as the protocol shows it.
 * @throws {DeltaError} `invalid-data` when the domain holds something else.
 */
export function clusteringColumns({ domainMetadata, location }: Snapshot): readonly (readonly string[])[] {
  const domain = domainMetadata(CLUSTERING_DOMAIN)
  if (domain === undefined) return []
  const parsed = parseJson(domain.configuration, `the metadata domain ${CLUSTERING_DOMAIN} of ${location}`)
  const columns = isJsonObject(parsed) ? parsed.clusteringColumns : undefined
  const paths = Array.isArray(columns) ? columns.map(pathOf) : undefined
  if (paths?.every((path) => path !== undefined)) return paths
  const message = `the metadata domain ${CLUSTERING_DOMAIN} of ${location}: expected a list of column paths as clusteringColumns, found ${domain.configuration.slice(0, 80)}`
  throw new DeltaError('invalid-data', message)
}

function pathOf(column: JsonValue): readonly string[] | undefined {
  if (typeof column === 'string') return [column]
  return Array.isArray(column) && column.every((name) => typeof name === 'string') ? column : undefined
}
