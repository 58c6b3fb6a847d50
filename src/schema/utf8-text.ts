import { DeltaError } from '../errors.ts'

/**
 * Bytes as UTF-8 text, without its byte order mark.
 * @throws {DeltaError} `invalid-data` for anything else, with the byte and the line where it stops being UTF-8.
 */
export async function* utf8Text(chunks: AsyncIterable<Uint8Array>, name: string): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let offset = 0
  let line = 1
  let cut: Uint8Array = new Uint8Array(0)
  const decode = (bytes: Uint8Array): string => {
    try {
      const text = decoder.decode(bytes)
      return offset === 0 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
    } catch (cause) {
      const valid = validLength(bytes)
      throw new DeltaError(
        'invalid-data',
        `${name} is not UTF-8: byte ${offset + valid} (on line ${line + newlines(bytes.subarray(0, valid))}) is ${hex(bytes[valid])}; convert it first, for example: iconv -f WINDOWS-1252 -t UTF-8`,
        { cause, file: name },
      )
    }
  }
  for await (const chunk of chunks) {
    if (offset === 0 && cut.length === 0) refuseOtherFormats(chunk, name)
    const block = cut.length === 0 ? chunk : concat(cut, chunk)
    const whole = block.subarray(0, block.length - cutSequence(block))
    cut = block.subarray(whole.length)
    yield decode(whole)
    offset += whole.length
    line += newlines(whole)
  }
  if (cut.length > 0) yield decode(cut)
}

const BYTE_ORDER_MARK = '\ufeff'

/** What people hand over instead of text, by its first bytes. */
const OTHER_FORMATS: readonly (readonly [magic: readonly number[], what: string, wayOut: string])[] = [
  [[0x1f, 0x8b], 'compressed with gzip', 'unpack it first: gunzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed with zstd', 'unpack it first: unzstd'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive or an Excel workbook', 'unpack it, or save the sheet as CSV'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file', 'read it as one'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'an Arrow file', 'read it as one'],
  [[0xff, 0xfe], 'UTF-16 text', 'convert it first: iconv -f UTF-16 -t UTF-8'],
  [[0xfe, 0xff], 'UTF-16 text', 'convert it first: iconv -f UTF-16 -t UTF-8'],
]

/** Of a binary file hardly any is without a zero in so many bytes; text has none. */
const HEAD_BYTES = 4096

function refuseOtherFormats(start: Uint8Array, name: string): void {
  for (const [magic, what, wayOut] of OTHER_FORMATS) {
    if (magic.every((byte, i) => start[i] === byte)) {
      throw new DeltaError('invalid-data', `${name} is ${what}: expected UTF-8 text; ${wayOut}`, { file: name })
    }
  }
  if (start.subarray(0, HEAD_BYTES).includes(0)) {
    throw new DeltaError('invalid-data', `${name} is no text: expected UTF-8, found bytes of zero; check the format`, {
      file: name,
    })
  }
}

/** How many bytes at the end belong to a sequence of which the rest is still to come: 0 to 3. */
function cutSequence(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0
  }
  return 0
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
}

/** The number of bytes before the first one that is no UTF-8; called only when there is one. */
function validLength(bytes: Uint8Array): number {
  let valid = 0
  let invalid = bytes.length
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1
    if (startsUtf8(bytes.subarray(0, middle))) valid = middle
    else invalid = middle
  }
  // The prefix may end in the lead of a sequence that then does not go on.
  return valid - cutSequence(bytes.subarray(0, valid))
}

/** True for UTF-8 whose last sequence may be cut. */
function startsUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

function newlines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++
  return count
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'missing' : `0x${byte.toString(16).padStart(2, '0')}`
}
