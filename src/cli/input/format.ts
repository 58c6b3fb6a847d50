import { DeltaError } from '../../errors.ts'

export const INPUT_FORMATS = ['json', 'jsonl', 'csv', 'tsv', 'parquet', 'arrow'] as const
export type InputFormat = (typeof INPUT_FORMATS)[number]

const EXTENSIONS: Readonly<Record<string, InputFormat>> = {
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  parquet: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  arrows: 'arrow',
}

/** What to do with a kind of file that people try, but that is not read. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  gz: 'unpack it first (gunzip) or pipe it: gunzip -c FILE | deltaquill table write … --from - --format csv',
  zip: 'unpack it first',
  xlsx: 'save the sheet as CSV',
  xls: 'save the sheet as CSV',
}

/**
 * The format that a file name tells.
 * @throws {DeltaError} `invalid-argument` when it tells none.
 */
export function formatOf(file: string): InputFormat {
  const format = knownFormat(file)
  if (format !== undefined) return format
  const extension = extensionOf(file)
  const wayOut = Object.hasOwn(WAYS_OUT, extension) ? WAYS_OUT[extension] : undefined
  const found = extension === '' ? 'none' : `".${extension}"`
  throw new DeltaError(
    'invalid-argument',
    `cannot tell the format of ${file}: expected an extension among .json, .jsonl, .csv, .tsv, .parquet, .arrow, found ${found}; ${wayOut ?? `say --format ${INPUT_FORMATS.join('|')}`}`,
  )
}

/** What follows the last dot of a file's name, in small letters; empty where there is none. */
export function extensionOf(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** The format that a file name tells, if it tells one. */
export function knownFormat(file: string): InputFormat | undefined {
  const extension = extensionOf(file)
  return Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined
}
