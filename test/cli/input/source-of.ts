import type { ByteSource } from '../../../src/cli/input/source.ts'
import { bufferAccess } from '../../../src/parquet/index.ts'

/** A text as if it were a file. */
export function sourceOf(text: string, name: string): ByteSource {
  const bytes = new TextEncoder().encode(text)
  return {
    name,
    size: bytes.length,
    async *chunks() {
      yield bytes
    },
    access: () => bufferAccess(bytes, name),
    close: async () => {},
  }
}
