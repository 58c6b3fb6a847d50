import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../json.ts'

/**
 * The lines of an answer to a metadata or table query with `responseformat=parquet` (PROTOCOL.md of Delta Sharing, "Table
 * Metadata Format" and "File"), one JSON object a line.
 */
export type ResponseLine =
  | { readonly protocol: ProtocolLine }
  | { readonly metaData: MetadataLine }
  | { readonly file: FileLine }
  | { readonly endStreamAction: EndStreamLine }

export interface ProtocolLine {
  /** Always 1 in this format. */
  readonly minReaderVersion: number
}

export interface MetadataLine {
  readonly id: string
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly format: { readonly provider: string }
  /** JSON text of the schema. */
  readonly schemaString: string
  readonly partitionColumns: readonly string[]
  readonly configuration: Readonly<Record<string, string>>
  /** Bytes of all files of the version. */
  readonly size?: number | undefined
  readonly numFiles?: number | undefined
}

export interface FileLine {
  /** Where the file's bytes can be fetched. A secret while it lasts. */
  readonly url: string
  readonly id: string
  /** Text of each partition column's value; null, or the empty text, is null. */
  readonly partitionValues: Readonly<Record<string, string | null>>
  /** Bytes. */
  readonly size: number
  /** JSON text of the statistics. */
  readonly stats?: string | undefined
  /** When the URL ends: milliseconds since 1970. */
  readonly expirationTimestamp?: number | undefined
}

/** The end of a stream, where a server sends one: what went wrong after the answer had begun, and where it goes on. */
export interface EndStreamLine {
  readonly nextPageToken?: string | undefined
  readonly errorMessage?: string | undefined
}

/** One line of the answer, with the newline that ends every line. */
export function formatResponseLine(line: ResponseLine): string {
  return `${JSON.stringify(line)}\n`
}

/**
 * Parses one line.
 * @throws {DeltaError} `invalid-data` when it is none of the known lines; the message never quotes it, for it may hold
 * a presigned URL.
 */
export function parseResponseLine(text: string): ResponseLine {
  const line = parseObject(text)
  if (isJsonObject(line.file)) return { file: parseFileLine(line.file) }
  if (isJsonObject(line.metaData)) return { metaData: parseMetadataLine(line.metaData) }
  if (isJsonObject(line.protocol)) return { protocol: parseProtocolLine(line.protocol) }
  if (isJsonObject(line.endStreamAction)) return { endStreamAction: parseEndStreamLine(line.endStreamAction) }
  throw malformed(`unknown line {${Object.keys(line).slice(0, 3).join(', ')}}`)
}

function parseProtocolLine(line: JsonObject): ProtocolLine {
  return { minReaderVersion: numberOf(line, 'minReaderVersion', 'protocol') }
}

function parseMetadataLine(line: JsonObject): MetadataLine {
  const { partitionColumns = [], configuration = {}, format } = line
  if (!Array.isArray(partitionColumns) || !isJsonObject(configuration) || !isJsonObject(format)) {
    throw malformed('metaData.partitionColumns, configuration or format is of another type than expected')
  }
  return {
    id: textOf(line, 'id', 'metaData'),
    name: optionalText(line, 'name', 'metaData'),
    description: optionalText(line, 'description', 'metaData'),
    format: { provider: textOf(format, 'provider', 'metaData.format') },
    schemaString: textOf(line, 'schemaString', 'metaData'),
    partitionColumns: partitionColumns.map((column) => String(column)),
    configuration: Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, String(value)])),
    size: optionalNumber(line, 'size', 'metaData'),
    numFiles: optionalNumber(line, 'numFiles', 'metaData'),
  }
}

function parseFileLine(line: JsonObject): FileLine {
  const { partitionValues = {} } = line
  if (!isJsonObject(partitionValues)) throw malformed('file.partitionValues is not an object')
  return {
    url: textOf(line, 'url', 'file'),
    id: textOf(line, 'id', 'file'),
    partitionValues: Object.fromEntries(
      Object.entries(partitionValues).map(([column, value]) => [column, typeof value === 'string' ? value : null]),
    ),
    size: numberOf(line, 'size', 'file'),
    stats: optionalText(line, 'stats', 'file'),
    expirationTimestamp: optionalNumber(line, 'expirationTimestamp', 'file'),
  }
}

function parseEndStreamLine(line: JsonObject): EndStreamLine {
  return {
    nextPageToken: optionalText(line, 'nextPageToken', 'endStreamAction'),
    errorMessage: optionalText(line, 'errorMessage', 'endStreamAction'),
  }
}

function parseObject(text: string): JsonObject {
  let line: JsonValue
  try {
    line = parseJson(text)
  } catch {
    throw malformed('a line is not valid JSON')
  }
  if (!isJsonObject(line)) throw malformed('a line is not a JSON object')
  return line
}

function textOf(line: JsonObject, key: string, where: string): string {
  const value = optionalText(line, key, where)
  if (value === undefined) throw malformed(`${where}.${key} is missing`)
  return value
}

function optionalText(line: JsonObject, key: string, where: string): string | undefined {
  const value = line[key] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw malformed(`${where}.${key} is not a string`)
}

function numberOf(line: JsonObject, key: string, where: string): number {
  const value = optionalNumber(line, key, where)
  if (value === undefined) throw malformed(`${where}.${key} is missing`)
  return value
}

/** Some servers write 64-bit numbers as strings, as protobuf's JSON does. */
function optionalNumber(line: JsonObject, key: string, where: string): number | undefined {
  const value = line[key] ?? undefined
  if (value === undefined) return undefined
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw malformed(`${where}.${key} is not a whole number`)
}

function malformed(problem: string): DeltaError {
  return new DeltaError('invalid-data', `the server's answer breaks the sharing protocol: ${problem}`)
}
