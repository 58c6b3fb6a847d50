import type { Metadata } from '../log/index.ts'
import { type Codec, canCompress } from '../parquet/index.ts'

/** Codecs by their names in `delta.parquet.compression.codec`, which are Spark's. */
const BY_NAME: ReadonlyMap<string, Codec> = new Map([
  ['none', 'none'],
  ['uncompressed', 'none'],
  ['snappy', 'snappy'],
  ['gzip', 'gzip'],
  ['zstd', 'zstd'],
  ['brotli', 'brotli'],
  ['lz4raw', 'lz4_raw'],
  ['lz4_raw', 'lz4_raw'],
])

/** What stands in the name of a data file before `.parquet`, as parquet-java has it (`CompressionCodecName`). */
const SUFFIX: Readonly<Record<Codec, string>> = {
  none: '',
  snappy: '.snappy',
  gzip: '.gz',
  zstd: '.zstd',
  brotli: '.br',
  lz4_raw: '.lz4raw',
}

/** The codec that a table asks for. Where it cannot be had, files use snappy, which every reader takes, and `warn` hears it. */
export function codecOf(properties: Metadata['configuration'], warn: (message: string) => void): Codec {
  const asked = properties['delta.parquet.compression.codec']
  const codec = asked === undefined ? 'snappy' : BY_NAME.get(asked.toLowerCase())
  if (codec !== undefined && canCompress(codec)) return codec
  const reason =
    codec === undefined ? 'which is not supported' : 'which this platform lacks (Node has zstd from 22.15 on)'
  warn(`the table asks for ${asked} compression, ${reason}: its new files use snappy, which every reader takes`)
  return 'snappy'
}

/** The end of a data file's name. */
export function fileExtension(codec: Codec): string {
  return `${SUFFIX[codec]}.parquet`
}
