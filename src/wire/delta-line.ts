import { isDeltaError } from '../errors.ts'
import { formatJson, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { type AddFile, type CdcFile, type Metadata, type Protocol, parseAction, type RemoveFile } from '../log/index.ts'
import { type EndStreamLine, parseEndStreamLine } from './end-stream-line.ts'
import { formatLine } from './line.ts'
import {
  malformed,
  objectOf,
  optionalNumber,
  optionalText,
  parseLineObject,
  textOf,
  unknownLine,
} from './line-fields.ts'
import { parseTableFacts, type SharedTableFacts } from './table-facts.ts'

/**
 * The lines of an answer with `responseformat=delta` (PROTOCOL.md of Delta Sharing, "API Response Format in Delta"), one
 * JSON object a line: the actions of the table's log, in which URLs stand for paths.
 */
export type DeltaLine =
  | { readonly protocol: DeltaProtocol }
  | { readonly metaData: DeltaMetadata }
  | { readonly file: DeltaFile }
  | { readonly endStreamAction: EndStreamLine }

export type DeltaProtocol = {
  readonly deltaProtocol: Protocol
  /** The version that brought it; there where an answer spans several. */
  readonly version?: number | undefined
}

export type DeltaMetadata = SharedTableFacts & { readonly deltaMetadata: Metadata }

export type DeltaFile = {
  readonly id: string
  /** Of the file that holds the deletion vector; there where the vector is not inline. */
  readonly deletionVectorFileId?: string | undefined
  /** The version that holds the action, and when that was committed: milliseconds since 1970. */
  readonly version?: number | undefined
  readonly timestamp?: number | undefined
  /** When the first of the URLs ends: milliseconds since 1970. */
  readonly expirationTimestamp?: number | undefined
  readonly deltaSingleAction: DeltaFileAction
}

/**
 * An action about a file. Its `path` is a URL; a deletion vector in a file has the storage type `p` and its URL as
 * `pathOrInlineDv`. Both are secrets while they last.
 */
export type DeltaFileAction = { readonly add: AddFile } | { readonly remove: RemoveFile } | { readonly cdc: CdcFile }

/** One line of the answer, with the newline that ends every line. */
export function formatDeltaLine(line: DeltaLine): string {
  // The engine's own printer is twice as fast, and does not know integers beyond 2^53.
  return formatLine(hasLongRowId(line) ? formatJson(line) : JSON.stringify(line))
}

/** Nothing else in a line can be beyond 2^53. */
function hasLongRowId(line: DeltaLine): boolean {
  if (!('file' in line)) return false
  const action = line.file.deltaSingleAction
  const id = 'add' in action ? action.add.baseRowId : 'remove' in action ? action.remove.baseRowId : undefined
  return typeof id === 'bigint'
}

/**
 * Parses one line.
 * @throws {DeltaError} `invalid-data` when it is none of the known lines; the message never quotes it, for it may hold
 * a presigned URL.
 */
export function parseDeltaLine(text: string): DeltaLine {
  const line = parseLineObject(text)
  if (isJsonObject(line.file)) return { file: parseFile(line.file) }
  if (isJsonObject(line.metaData)) return { metaData: parseMetadata(line.metaData) }
  if (isJsonObject(line.protocol)) return { protocol: parseProtocol(line.protocol) }
  if (isJsonObject(line.endStreamAction)) return { endStreamAction: parseEndStreamLine(line.endStreamAction) }
  throw unknownLine(line)
}

function parseProtocol(line: JsonObject): DeltaProtocol {
  const [action] = readActions({ protocol: objectOf(line, 'deltaProtocol', 'protocol') }, 'protocol.deltaProtocol')
  if (action === undefined || !('protocol' in action)) throw malformed('protocol.deltaProtocol is missing')
  return { deltaProtocol: action.protocol, version: optionalNumber(line, 'version', 'protocol') }
}

function parseMetadata(line: JsonObject): DeltaMetadata {
  const [action] = readActions({ metaData: objectOf(line, 'deltaMetadata', 'metaData') }, 'metaData.deltaMetadata')
  if (action === undefined || !('metaData' in action)) throw malformed('metaData.deltaMetadata is missing')
  return { deltaMetadata: action.metaData, ...parseTableFacts(line) }
}

function parseFile(line: JsonObject): DeltaFile {
  return {
    id: textOf(line, 'id', 'file'),
    deletionVectorFileId: optionalText(line, 'deletionVectorFileId', 'file'),
    version: optionalNumber(line, 'version', 'file'),
    timestamp: optionalNumber(line, 'timestamp', 'file'),
    expirationTimestamp: optionalNumber(line, 'expirationTimestamp', 'file'),
    deltaSingleAction: parseFileAction(objectOf(line, 'deltaSingleAction', 'file')),
  }
}

function parseFileAction(json: JsonObject): DeltaFileAction {
  const [action, ...others] = readActions(json, 'file.deltaSingleAction')
  if (action !== undefined && others.length === 0 && ('add' in action || 'remove' in action || 'cdc' in action)) {
    return action
  }
  throw malformed('file.deltaSingleAction is not one of add, remove and cdc')
}

/** What is wrong with an action of a log is told with the value, which here may be a URL: so it is not passed on. */
function readActions(json: { readonly [name: string]: JsonValue | undefined }, where: string) {
  try {
    return parseAction(json)
  } catch (error) {
    if (isDeltaError(error)) throw malformed(`${where} has not the form that it has in a Delta log`)
    throw error
  }
}
