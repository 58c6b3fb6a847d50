import { type Codec, type ParquetEncoderOptions, parquetEncoder } from '../../src/parquet/index.ts'
import { encodings, type Kind, kinds } from './encodings.ts'
import { nestedFound, nestedRows, nestedSchema } from './nested.ts'
import { columns, given, rows, schemaOf } from './sample.ts'

/** A Parquet file that the peers are asked to read. */
export interface FileCase {
  readonly kind: Kind
  /** The codec, or the encoding. */
  readonly name: string
  readonly options: ParquetEncoderOptions
}

const codecs: readonly Codec[] = ['none', 'snappy', 'gzip', 'brotli', 'lz4_raw', 'zstd']

export const fileCases: readonly FileCase[] = [
  ...codecs.flatMap((codec) => kinds.map((kind) => ({ kind, name: codec, options: { codec } }))),
  ...encodings.map(({ kind, encoding, leaves }) => {
    return { kind, name: encoding, options: { encodings: Object.fromEntries(leaves.map((leaf) => [leaf, encoding])) } }
  }),
]

/** The sample over and over, so that columns take several pages and blocks. */
const flat = Array.from({ length: 300 }, (_, i) => ({ ...rows[i % rows.length], id: i - 150 }))

/** What is written, and how it must be found. */
export const samples = {
  flat: { schema: schemaOf(columns), handedIn: flat.map((row) => given(row)), found: flat },
  nested: { schema: nestedSchema, handedIn: nestedRows, found: nestedFound },
}

export function fileName({ kind, name }: FileCase): string {
  return `${kind}-${name}.parquet`
}

export function fileOf({ kind, options }: FileCase): Uint8Array {
  const { schema, handedIn } = samples[kind]
  const encoder = parquetEncoder(schema, { ...options, pageBytes: 512 })
  for (let start = 0; start < handedIn.length; start += 50) encoder.writeRows(handedIn.slice(start, start + 50))
  encoder.finish()
  return Buffer.concat(encoder.takeBytes())
}
