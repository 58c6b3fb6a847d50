import { isJsonObject, type JsonObject } from '../json.ts'
import { type EndStreamLine, parseEndStreamLine } from './end-stream-line.ts'
import { formatLine } from './line.ts'
import {
  malformed,
  numberOf,
  objectOf,
  optionalNumber,
  optionalText,
  optionalTexts,
  parseLineObject,
  textOf,
  unknownLine,
} from './line-fields.ts'
import { parseTableFacts, type SharedTableFacts } from './table-facts.ts'

/**
 * The lines of an answer with `responseformat=parquet` (PROTOCOL.md of Delta Sharing, "API Response Format in Parquet"),
 * one JSON object a line. A snapshot has `file` lines; changes have `add`, `cdf` and `remove`.
 */
export type ParquetLine =
  | { readonly protocol: ParquetProtocol }
  | { readonly metaData: ParquetMetadata }
  | { readonly file: ParquetFile }
  | { readonly add: ParquetChange }
  | { readonly cdf: ParquetChange }
  | { readonly remove: ParquetChange }
  | { readonly endStreamAction: EndStreamLine }

export type ParquetProtocol = {
  /** Always 1 in this format. */
  readonly minReaderVersion: number
}

export type ParquetMetadata = SharedTableFacts & {
  readonly id: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly format: { readonly provider: string }
  /** JSON text of the schema. */
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
}

export type ParquetFile = {
  /** Where the file's bytes can be fetched. A secret while it lasts. */
  readonly url: string
  readonly id: string
  /** Text of each partition column's value; null, or the empty text, is null. */
  readonly partitionValues: Readonly<Record<string, string | null>>
  /** Bytes. */
  readonly size: number
  /** JSON text of the statistics. */
  readonly stats?: string | undefined
  /** The version that added the file, and when that was committed: milliseconds since 1970. */
  readonly version?: number | undefined
  readonly timestamp?: number | undefined
  /** When the URL ends: milliseconds since 1970. */
  readonly expirationTimestamp?: number | undefined
}

/** A file whose rows a version added, changed or removed. Only `add` has statistics. */
export type ParquetChange = ParquetFile & { readonly version: number; readonly timestamp: number }

/** One line of the answer, with the newline that ends every line. */
export function formatParquetLine(line: ParquetLine): string {
  return formatLine(JSON.stringify(line))
}

/**
 * Parses one line.
 * @throws {DeltaError} `invalid-data` when it is none of the known lines; the message never quotes it, for it may hold
 * a presigned URL.
 */
export function parseParquetLine(text: string): ParquetLine {
  const line = parseLineObject(text)
  if (isJsonObject(line.file)) return { file: parseFile(line.file, 'file') }
  if (isJsonObject(line.add)) return { add: parseChange(line.add, 'add') }
  if (isJsonObject(line.cdf)) return { cdf: parseChange(line.cdf, 'cdf') }
  if (isJsonObject(line.remove)) return { remove: parseChange(line.remove, 'remove') }
  if (isJsonObject(line.metaData)) return { metaData: parseMetadata(line.metaData) }
  if (isJsonObject(line.protocol)) {
    return { protocol: { minReaderVersion: numberOf(line.protocol, 'minReaderVersion', 'protocol') } }
  }
  if (isJsonObject(line.endStreamAction)) return { endStreamAction: parseEndStreamLine(line.endStreamAction) }
  throw unknownLine(line)
}

function parseMetadata(line: JsonObject): ParquetMetadata {
  const { configuration = {} } = line
  if (!isJsonObject(configuration)) throw malformed('metaData.configuration is not an object')
  return {
    id: textOf(line, 'id', 'metaData'),
    name: optionalText(line, 'name', 'metaData'),
    description: optionalText(line, 'description', 'metaData'),
    format: { provider: textOf(objectOf(line, 'format', 'metaData'), 'provider', 'metaData.format') },
    schemaString: textOf(line, 'schemaString', 'metaData'),
    partitionColumns: optionalTexts(line, 'partitionColumns', 'metaData') ?? [],
    configuration: Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, String(value)])),
    ...parseTableFacts(line),
  }
}

function parseFile(line: JsonObject, where: string): ParquetFile {
  const { partitionValues = {} } = line
  if (!isJsonObject(partitionValues)) throw malformed(`${where}.partitionValues is not an object`)
  return {
    url: textOf(line, 'url', where),
    id: textOf(line, 'id', where),
    partitionValues: Object.fromEntries(
      Object.entries(partitionValues).map(([column, value]) => [column, typeof value === 'string' ? value : null]),
    ),
    size: numberOf(line, 'size', where),
    stats: optionalText(line, 'stats', where),
    version: optionalNumber(line, 'version', where),
    timestamp: optionalNumber(line, 'timestamp', where),
    expirationTimestamp: optionalNumber(line, 'expirationTimestamp', where),
  }
}

function parseChange(line: JsonObject, where: string): ParquetChange {
  const version = numberOf(line, 'version', where)
  return { ...parseFile(line, where), version, timestamp: numberOf(line, 'timestamp', where) }
}
