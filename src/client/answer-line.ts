import { DeltaError } from '../errors.ts'
import {
  type DeltaFile,
  type DeltaMetadata,
  type DeltaProtocol,
  type EndStreamLine,
  type ParquetFile,
  type ParquetMetadata,
  type ParquetProtocol,
  parseDeltaLine,
  parseParquetLine,
} from '../wire/index.ts'
import { brokenAnswer } from './endpoint.ts'
import { fileOfDelta, fileOfParquet, type SharedFile } from './shared-file.ts'
import { type SharedState, stateOfDelta, stateOfParquet } from './shared-state.ts'

/** A line of an answer in either format. */
export type AnswerLine =
  /**
   * What the protocol and the metadata say together; undefined for the first of the two. Behind the head it is what the
   * table became, among changes.
   */
  { readonly head: SharedState | undefined } | { readonly file: ListedFile } | { readonly end: EndStreamLine }

/** One file of an answer, and what became of it. */
export interface ListedFile extends SharedFile {
  /** In a snapshot `file` or `add`: the formats differ in the word. */
  readonly kind: 'file' | 'add' | 'remove' | 'cdc'
  /** The version that holds the action, and when that was committed: milliseconds since 1970. */
  readonly version: number | undefined
  readonly timestamp: number | undefined
}

/**
 * The function that parses the lines of one answer, which remembers its head.
 * @param table what to call the table in a message.
 * @throws {DeltaError} `unsupported` for a format that is none of the two. The function throws `invalid-data` for a line
 * that breaks the protocol, `unsupported` for a table that cannot be read.
 */
export function answerLines(format: string | undefined, what: string, table: string): (text: string) => AnswerLine {
  if (format === 'parquet') return parquetLines(what, table)
  if (format === 'delta') return deltaLines(what, table)
  throw new DeltaError(
    'unsupported',
    `${what} failed: the server answers in responseformat=${String(format).slice(0, 40)}, and asked were delta and parquet`,
    { feature: 'responseformat' },
  )
}

function parquetLines(what: string, table: string): (text: string) => AnswerLine {
  const takeHead = headTaker(what, (protocol: ParquetProtocol, metaData: ParquetMetadata) =>
    stateOfParquet(protocol, metaData, table),
  )
  return (text) => {
    const line = parseParquetLine(text)
    if ('file' in line) return parquetFile('file', line.file)
    if ('add' in line) return parquetFile('add', line.add)
    if ('remove' in line) return parquetFile('remove', line.remove)
    if ('cdf' in line) return parquetFile('cdc', line.cdf)
    if ('endStreamAction' in line) return { end: line.endStreamAction }
    return takeHead(line)
  }
}

/** Takes protocol and metadata, in either order, and remembers them. Behind the head both may come again, among changes. */
function headTaker<P extends object, M extends object>(
  what: string,
  stateOf: (protocol: P, metaData: M) => SharedState,
): (line: { readonly protocol: P } | { readonly metaData: M }) => AnswerLine {
  let [protocol, metaData]: [P?, M?] = []
  return (line) => {
    const isWhole = protocol !== undefined && metaData !== undefined
    const known = 'protocol' in line ? protocol : metaData
    if (!isWhole && known !== undefined) throw brokenAnswer(what, 'it has two protocols or metadata at its head')
    if ('protocol' in line) protocol = line.protocol
    else metaData = line.metaData
    return { head: protocol && metaData && stateOf(protocol, metaData) }
  }
}

function parquetFile(kind: ListedFile['kind'], line: ParquetFile): AnswerLine {
  return { file: { kind, ...fileOfParquet(line), version: line.version, timestamp: line.timestamp } }
}

function deltaLines(what: string, table: string): (text: string) => AnswerLine {
  const takeHead = headTaker(what, (protocol: DeltaProtocol, metaData: DeltaMetadata) =>
    stateOfDelta(protocol, metaData, table),
  )
  return (text) => {
    const line = parseDeltaLine(text)
    if ('file' in line) return { file: deltaFile(line.file) }
    if ('endStreamAction' in line) return { end: line.endStreamAction }
    return takeHead(line)
  }
}

function deltaFile(line: DeltaFile): ListedFile {
  const { deltaSingleAction: action, version, timestamp } = line
  if ('add' in action) return { kind: 'add', ...fileOfDelta(line, action.add), version, timestamp }
  if ('cdc' in action) return { kind: 'cdc', ...fileOfDelta(line, action.cdc), version, timestamp }
  const { size, partitionValues } = action.remove
  if (size !== undefined && partitionValues !== undefined) {
    // Beside a file that was added again with another vector.
    const { deletionVectorFileId = `of ${line.id} before` } = line
    const removed = fileOfDelta({ ...line, deletionVectorFileId }, { ...action.remove, size, partitionValues })
    return { kind: 'remove', ...removed, version, timestamp }
  }
  throw new DeltaError(
    'unsupported',
    `the server tells of the removal of data file ${line.id} without its ${size === undefined ? 'size' : 'partition values'}: its rows cannot be given as deleted`,
    { file: line.id, feature: 'extendedFileMetadata' },
  )
}
