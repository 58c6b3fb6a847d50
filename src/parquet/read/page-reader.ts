import type { CompressionCodec } from 'hyparquet'
import { Encodings } from 'hyparquet/src/constants.js'
import { crc32 } from '#hash'
import { DeltaError } from '../../errors.ts'
import { parseThrift, type ThriftStruct } from '../thrift/thrift-reader.ts'
import { decompress } from './decompress.ts'

/** A page of a column chunk, decompressed and cut into its parts. */
export interface StoredPage {
  readonly kind: 'dictionary' | 'data'
  /** Levels of a data page (of a flat column: rows), values of a dictionary page. */
  readonly count: number
  readonly encoding: string
  /** Repetition levels in the hybrid encoding; undefined where nothing is repeated. */
  readonly repetitions: Uint8Array<ArrayBuffer> | undefined
  /** Definition levels in the hybrid encoding; undefined where everything is there. */
  readonly definitions: Uint8Array<ArrayBuffer> | undefined
  readonly values: Uint8Array<ArrayBuffer>
}

/** The form of a chunk's pages: its codec, and the greatest levels of its column. */
export interface PageForm {
  readonly codec: CompressionCodec
  readonly definition: number
  readonly repetition: number
}

const DATA_PAGE = 0
const INDEX_PAGE = 1
const DICTIONARY_PAGE = 2
const DATA_PAGE_V2 = 3

/**
 * The pages of a column chunk, or of a part of one, in turn. Sizes are held against the bytes that are there before
 * anything is allocated.
 * @throws {RangeError} when sizes do not add up. @throws {DeltaError} `unsupported` for a codec or form of page that is not.
 */
export function* readPages(bytes: Uint8Array<ArrayBuffer>, form: PageForm): Generator<StoredPage> {
  let at = 0
  while (at < bytes.length) {
    const { struct: header, end } = parseThrift(bytes, at)
    const size = sizeIn(header, 3)
    if (size > bytes.length - end) throw new RangeError(`a page claims ${size} bytes`)
    at = end + size
    const body = bytes.subarray(end, at)
    checkSum(header, body)
    const page = readPage(header, body, form)
    if (page !== undefined) yield page
  }
}

/** Some writers sum up a page's bytes as they are stored: what does not add up is damaged, however well it decodes. */
function checkSum(header: ThriftStruct, body: Uint8Array): void {
  const expected = header.integer(4)
  if (expected !== undefined && crc32(body) !== expected >>> 0) {
    throw new RangeError('a page does not match its checksum')
  }
}

function readPage(header: ThriftStruct, body: Uint8Array<ArrayBuffer>, form: PageForm): StoredPage | undefined {
  const type = header.integer(1)
  const [v1, dictionary, v2] = [header.struct(5), header.struct(7), header.struct(8)]
  const size = sizeIn(header, 2)
  if (type === DICTIONARY_PAGE && dictionary) {
    const values = decompress(body, size, form.codec)
    const [count, encoding] = [sizeIn(dictionary, 1), encodingIn(dictionary, 2)]
    return { kind: 'dictionary', count, encoding, repetitions: undefined, definitions: undefined, values }
  }
  if (type === DATA_PAGE && v1) return readDataPage(v1, decompress(body, size, form.codec), form)
  if (type === DATA_PAGE_V2 && v2) return readDataPageV2(v2, body, size, form)
  if (type === INDEX_PAGE) return undefined
  throw new RangeError(`a page has the type ${type} but no header for it`)
}

/** Levels and values are compressed together; each kind of level has its length in front. */
function readDataPage(header: ThriftStruct, page: Uint8Array<ArrayBuffer>, form: PageForm): StoredPage {
  let rest = page
  const takeLevels = (greatest: number, encoding: string): Uint8Array<ArrayBuffer> | undefined => {
    if (greatest === 0) return undefined
    if (encoding !== 'RLE') throw unsupported(`levels encoded as ${encoding}`)
    const length = new DataView(rest.buffer, rest.byteOffset, rest.byteLength).getUint32(0, true)
    if (length > rest.length - 4) throw new RangeError(`levels claim ${length} bytes of a page of ${page.length}`)
    const levels = rest.subarray(4, 4 + length)
    rest = rest.subarray(4 + length)
    return levels
  }
  const repetitions = takeLevels(form.repetition, encodingIn(header, 4))
  const definitions = takeLevels(form.definition, encodingIn(header, 3))
  const [count, encoding] = [sizeIn(header, 1), encodingIn(header, 2)]
  return { kind: 'data', count, encoding, repetitions, definitions, values: rest }
}

/** Levels stand in front of the compressed values, and the header has their lengths. */
function readDataPageV2(
  header: ThriftStruct,
  body: Uint8Array<ArrayBuffer>,
  size: number,
  { codec, definition, repetition }: PageForm,
): StoredPage {
  const start = sizeIn(header, 6)
  const end = start + sizeIn(header, 5)
  if (end > body.length || end > size) throw new RangeError(`levels claim ${end} bytes of a page`)
  const stored = body.subarray(end)
  const isStored = header.bool(7) === false || size === end
  return {
    kind: 'data',
    count: sizeIn(header, 1),
    encoding: encodingIn(header, 4),
    repetitions: repetition > 0 ? body.subarray(0, start) : undefined,
    definitions: definition > 0 ? body.subarray(start, end) : undefined,
    values: isStored ? stored : decompress(stored, size - end, codec),
  }
}

function sizeIn(header: ThriftStruct, field: number): number {
  const size = header.integer(field)
  if (size !== undefined && size >= 0) return size
  throw new RangeError(`a page claims a size of ${size}`)
}

function encodingIn(header: ThriftStruct, field: number): string {
  const number = header.integer(field)
  if (number === undefined) throw new RangeError('a page does not say how it is encoded')
  return Encodings[number] ?? `number ${number}`
}

function unsupported(what: string): DeltaError {
  return new DeltaError('unsupported', `${what} is not supported`)
}
