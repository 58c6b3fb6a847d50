import { DeltaError } from '../errors.ts'
import { type Capabilities, foldFeature, type ResponseFormat } from '../wire/index.ts'
import type { SharedName } from './catalog.ts'
import { sharedFeatures } from './needed-features.ts'

/**
 * The format to answer in: parquet, which every client reads, unless the client does not or the table needs more.
 * @param needed the table features in use ({@link neededFeatures}).
 * @throws {DeltaError} `unsupported` where the client could not read the rows right.
 */
export function chooseFormat(
  needed: readonly string[],
  { formats, readerFeatures }: Capabilities,
  { schema, table }: SharedName,
): ResponseFormat {
  if (needed.length === 0 && formats.includes('parquet')) return 'parquet'
  const cannotRead = (feature: string, ask: string): DeltaError =>
    new DeltaError(
      'unsupported',
      // Some clients look for the first word, by which Databricks tells them the same.
      `DS_UNSUPPORTED_DELTA_TABLE_FEATURES: table ${schema}.${table} uses ${needed.join(', ')}, which this request cannot read: ${ask}, or ask your share provider to rewrite the table without`,
      { feature },
    )
  if (formats.includes('delta')) {
    const missing = needed.filter((feature) => !isKnown(feature, readerFeatures))
    const [first] = missing
    if (first === undefined) return 'delta'
    throw cannotRead(first, `use a client that lists ${listed(missing)} in readerfeatures`)
  }
  const [first] = needed
  if (first !== undefined && formats.includes('parquet')) {
    throw cannotRead(first, `use a client that asks for responseformat=delta with readerfeatures=${listed(needed)}`)
  }
  const asked = formats.join(',').slice(0, 40)
  throw new DeltaError(
    'unsupported',
    `this server answers in responseformat=parquet and responseformat=delta, and the client asked for responseformat=${asked}: list one of them`,
    { feature: `responseformat=${asked}` },
  )
}

function isKnown(feature: string, readerFeatures: ReadonlySet<string>): boolean {
  const needsNoList = sharedFeatures.some(({ name, mustBeListed }) => name === feature && !mustBeListed)
  return needsNoList || readerFeatures.has(foldFeature(feature))
}

function listed(features: readonly string[]): string {
  return features.map(foldFeature).join(',')
}
