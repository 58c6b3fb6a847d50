import { DeltaError } from '../../errors.ts'

/** What the pages of a file can be compressed with. */
export type Codec = 'none' | 'snappy' | 'gzip' | 'zstd' | 'brotli' | 'lz4_raw'

/** The numbers of `CompressionCodec` in `parquet.thrift`. */
export const CODEC_NUMBER: Readonly<Record<Codec, number>> = {
  none: 0,
  snappy: 1,
  gzip: 2,
  brotli: 4,
  zstd: 6,
  lz4_raw: 7,
}

/** Compresses one page. The result owns its bytes. */
export type Compressor = (page: Uint8Array) => Uint8Array

/** How hard a codec tries, where it has levels: its own numbers. */
interface Levels {
  readonly least: number
  readonly greatest: number
  readonly usual: number
}

/**
 * The usual levels are the fastest. Measured on pages of 1 MB of text, URLs and doubles: gzip-6 makes 3 % less bytes than
 * gzip-1 at a half to a tenth of the speed, brotli-4 is four times slower than brotli-1 for 3 to 15 %, zstd-3 takes 1.3
 * times as long as zstd-1 for 4 to 20 %.
 */
const LEVELS: Partial<Readonly<Record<Codec, Levels>>> = {
  gzip: { least: 1, greatest: 9, usual: 1 },
  zstd: { least: 1, greatest: 22, usual: 1 },
  brotli: { least: 0, greatest: 11, usual: 1 },
}

/**
 * The level to compress with: what is asked for, else the usual one; 0 for a codec without levels.
 * @throws {DeltaError} `invalid-argument` for a codec that is none, and for a level that it does not have.
 */
export function levelOf(codec: Codec, asked: number | undefined): number {
  if (!Object.hasOwn(CODEC_NUMBER, codec)) {
    const names = Object.keys(CODEC_NUMBER).join(', ')
    throw new DeltaError('invalid-argument', `there is no codec ${codec}: choose one of ${names}`)
  }
  const levels = LEVELS[codec]
  if (asked === undefined) return levels?.usual ?? 0
  if (levels === undefined) throw new DeltaError('invalid-argument', `the codec ${codec} has no levels: leave it out`)
  if (Number.isInteger(asked) && asked >= levels.least && asked <= levels.greatest) return asked
  const { least, greatest } = levels
  throw new DeltaError('invalid-argument', `${codec} has levels from ${least} to ${greatest}, not ${asked}`)
}

/** The refusal of a codec that this platform lacks. */
export function cannotCompress(codec: Codec, reason: string): DeltaError {
  return new DeltaError('unsupported', `pages cannot be compressed with ${codec}: ${reason}; snappy works everywhere`, {
    feature: codec,
  })
}
