import { DeltaError } from '../errors.ts'
import { isJsonObject, type JsonObject, parseJson } from '../json.ts'
import type {
  Action,
  AddFile,
  CdcFile,
  CommitInfo,
  DeletionVector,
  Metadata,
  Protocol,
  RemoveFile,
  Txn,
} from './actions.ts'
import { Fields } from './fields.ts'
import { parseFileLine } from './file-line.ts'
import { readLines, textPieces } from './lines.ts'
import { present } from './present.ts'

/**
 * The actions of a commit file, in their order. Unknown actions and unknown fields are left out, as the protocol
 * demands of readers; a byte order mark, `\r\n`, blank lines and a missing last line end are accepted.
 * @param file the commit's key, for messages.
 * @throws {DeltaError} `invalid-data` naming file and line.
 */
export function parseCommit(text: string, file: string): Action[] {
  return [...readLines([withoutMark(text)], file, parseActionLine)]
}

/**
 * The actions of a commit file one by one, as {@link parseCommit} gives them; memory holds little more than its bytes.
 * @param before how many lines of the file come before these bytes.
 * @throws {DeltaError} `invalid-data`, on the way, naming file and line.
 */
export function actionsIn(body: Uint8Array, file: string, before?: number): Generator<Action> {
  return readLines(textPieces(body, file), file, parseActionLine, before)
}

/**
 * The `protocol` of a commit file, if it has one. Nothing else is interpreted: what the rest means depends on it.
 * @throws {DeltaError} `invalid-data` naming file and line.
 */
export function parseCommitProtocol(text: string, file: string): Protocol | undefined {
  if (!text.includes('"protocol"')) return undefined
  const protocols = readLines([withoutMark(text)], file, (line) => {
    const { protocol } = parseLine(line)
    return isJsonObject(protocol) ? [parseProtocol(protocol)] : []
  })
  return [...protocols].at(-1)
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

/** The actions of one line. @throws {DeltaError} `invalid-data`. */
function parseActionLine(line: string): Action[] {
  const file = parseFileLine(line)
  return file ? [file] : parseAction(parseLine(line))
}

/** A line as a JSON object, exactly. @throws {DeltaError} `invalid-data`. */
export function parseLine(line: string): JsonObject {
  const action = parseJson(line, 'the action')
  if (isJsonObject(action)) return action
  throw new DeltaError('invalid-data', 'an action must be a JSON object')
}

/** One line holds one action; some writers spell out the others as null. @throws {DeltaError} `invalid-data`. */
export function parseAction(line: JsonObject): Action[] {
  const actions: Action[] = []
  for (const [name, body] of Object.entries(line)) {
    const parse = Object.hasOwn(parsers, name) ? parsers[name] : undefined
    if (parse === undefined || body === null || body === undefined) continue
    if (!isJsonObject(body)) throw new DeltaError('invalid-data', `${name} must be an object`)
    actions.push(parse(body))
  }
  return actions
}

const parsers: Readonly<Record<string, (body: JsonObject) => Action>> = {
  add: (body) => ({ add: parseAddFields(body) }),
  remove: (body) => ({ remove: parseRemove(body) }),
  cdc: (body) => ({ cdc: parseCdc(body) }),
  txn: (body) => ({ txn: parseTxn(body) }),
  protocol: (body) => ({ protocol: parseProtocol(body) }),
  metaData: (body) => ({ metaData: parseMetadata(body) }),
  domainMetadata: (body) => {
    const fields = new Fields('domainMetadata', body)
    const [domain, configuration] = [fields.text('domain'), fields.text('configuration')]
    return { domainMetadata: { domain, configuration, removed: fields.flag('removed') } }
  },
  commitInfo: (body) => ({ commitInfo: parseCommitInfo(body) }),
}

/** The `add` of a log line, without the fields that the protocol does not know. @throws {DeltaError} `invalid-data`. */
export function parseAddFields(body: JsonObject): AddFile {
  const fields = new Fields('add', body)
  return present({
    path: fields.text('path'),
    partitionValues: fields.nullableTexts('partitionValues'),
    size: fields.count('size'),
    modificationTime: fields.time('modificationTime'),
    dataChange: fields.flag('dataChange'),
    ...maybeFileFields(fields),
    clusteringProvider: fields.maybeText('clusteringProvider'),
  })
}

function parseRemove(body: JsonObject): RemoveFile {
  const fields = new Fields('remove', body)
  return present({
    path: fields.text('path'),
    deletionTimestamp: fields.maybeTime('deletionTimestamp'),
    // Early writers left it out and meant true.
    dataChange: fields.maybeFlag('dataChange') ?? true,
    extendedFileMetadata: fields.maybeFlag('extendedFileMetadata'),
    partitionValues: fields.maybeNullableTexts('partitionValues'),
    size: fields.maybeCount('size'),
    ...maybeFileFields(fields),
  })
}

/** What `add` and `remove` may both say about a file. */
function maybeFileFields(fields: Fields) {
  const vector = fields.maybeObject('deletionVector')
  return {
    stats: fields.maybeText('stats'),
    tags: fields.maybeTexts('tags'),
    deletionVector: vector && parseDeletionVector(vector),
    baseRowId: fields.maybeLong('baseRowId'),
    defaultRowCommitVersion: fields.maybeCount('defaultRowCommitVersion'),
  }
}

function parseDeletionVector(body: JsonObject): DeletionVector {
  const fields = new Fields('deletionVector', body)
  return present({
    storageType: parseStorageType(fields.text('storageType')),
    pathOrInlineDv: fields.text('pathOrInlineDv'),
    offset: fields.maybeCount('offset'),
    sizeInBytes: fields.count('sizeInBytes'),
    cardinality: fields.count('cardinality'),
  })
}

/** @throws {DeltaError} `invalid-data` for a letter that is none. */
export function parseStorageType(text: string): DeletionVector['storageType'] {
  if (text === 'u' || text === 'i' || text === 'p') return text
  throw new DeltaError('invalid-data', `deletionVector.storageType: expected u, i or p, found "${text}"`)
}

function parseCdc(body: JsonObject): CdcFile {
  const fields = new Fields('cdc', body)
  return present({
    path: fields.text('path'),
    partitionValues: fields.nullableTexts('partitionValues'),
    size: fields.count('size'),
    dataChange: false as const,
    tags: fields.maybeTexts('tags'),
  })
}

function parseTxn(body: JsonObject): Txn {
  const fields = new Fields('txn', body)
  return present({
    appId: fields.text('appId'),
    version: fields.long('version'),
    lastUpdated: fields.maybeTime('lastUpdated'),
  })
}

/** The `protocol` of a log line. @throws {DeltaError} `invalid-data`. */
function parseProtocol(body: JsonObject): Protocol {
  const fields = new Fields('protocol', body)
  return present({
    minReaderVersion: fields.count('minReaderVersion'),
    minWriterVersion: fields.count('minWriterVersion'),
    readerFeatures: fields.maybeNames('readerFeatures'),
    writerFeatures: fields.maybeNames('writerFeatures'),
  })
}

/** The `metaData` of a log line. @throws {DeltaError} `invalid-data`. */
function parseMetadata(body: JsonObject): Metadata {
  const fields = new Fields('metaData', body)
  const format = new Fields('metaData.format', fields.maybeObject('format') ?? {})
  return present({
    id: fields.text('id'),
    name: fields.maybeText('name'),
    description: fields.maybeText('description'),
    format: {
      provider: format.maybeText('provider') ?? 'parquet',
      options: format.maybeTexts('options') ?? {},
    },
    schemaString: fields.text('schemaString'),
    partitionColumns: fields.maybeNames('partitionColumns') ?? [],
    configuration: fields.maybeTexts('configuration') ?? {},
    createdTime: fields.maybeTime('createdTime'),
  })
}

/** The types of the keys that we look at; all others are kept as they are. */
const COMMIT_INFO_TYPES: Readonly<Record<string, 'number' | 'string' | 'boolean'>> = {
  timestamp: 'number',
  inCommitTimestamp: 'number',
  operation: 'string',
  readVersion: 'number',
  isolationLevel: 'string',
  isBlindAppend: 'boolean',
  engineInfo: 'string',
  txnId: 'string',
}

/** Free JSON, so nothing in it is an error: a key of another type than ours is left out. */
function parseCommitInfo(body: JsonObject): CommitInfo {
  const fits = ([key, value]: [string, unknown]): boolean =>
    !Object.hasOwn(COMMIT_INFO_TYPES, key) || typeof value === COMMIT_INFO_TYPES[key]
  return Object.fromEntries(Object.entries(body).filter(fits))
}
