import type { RandomAccess } from '../../parquet/index.ts'
import { type Found, findForms } from './find-forms.ts'
import type { Sought } from './needle.ts'
import { scanParquet } from './scan-parquet.ts'
import { scanText } from './scan-text.ts'

const MAGIC_BYTES = 4

/**
 * Where in an object some values are: by its bytes, then by what they mean.
 * @throws {DeltaError} `invalid-data` or `unsupported` when the bytes do not mean anything that is known here.
 */
export async function* scanObject(
  access: RandomAccess,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  const kind = await kindOf(access, signal)
  if (kind === 'parquet') yield* scanParquet(access, sought, signal)
  else yield* kind === 'text' ? scanText(access, sought, signal) : scanBytes(access, sought, signal)
}

type Kind = 'parquet' | 'raw' | 'text'

/** What the bytes are, by what they begin with. */
async function kindOf(access: RandomAccess, signal: AbortSignal | undefined): Promise<Kind> {
  if (access.size < MAGIC_BYTES) return 'text'
  const magic = await access.read(0, MAGIC_BYTES, signal)
  const text = String.fromCharCode(...magic)
  if (text === 'PAR1' || text === 'PARE') return 'parquet'
  // The checksums of Hadoop's local files; a file of deletion vectors, which hold row numbers only.
  return text === 'crc\0' || isVectors(access, magic) ? 'raw' : 'text'
}

/** PROTOCOL.md "Deletion Vector Files": version 1 of the format, and a name that says so. */
function isVectors({ name }: RandomAccess, magic: Uint8Array): boolean {
  return magic[0] === 1 && /(?:^|\/)deletion_vector_[0-9a-f-]{36}\.bin$/i.test(name)
}

async function* scanBytes(
  access: RandomAccess,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  for await (const { needle } of findForms(access, sought, signal)) yield { where: 'other', needle }
}
