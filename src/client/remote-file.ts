import { DeltaError } from '../errors.ts'
import type { ParquetFile } from '../wire/index.ts'
import type { Http } from './http.ts'

/** A file behind a URL, as the Parquet reader takes it. */
export interface RemoteFile {
  readonly size: number
  readonly name: string
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
}

/** Below this many bytes a whole file costs less than the requests that would read it in parts. */
const WHOLE_FILE_BYTES = 8 * 1024 * 1024

/** A shared data file: a small one is fetched once, whole, a large one by ranges. Its name is its id, never its URL. */
export function remoteFile(http: Http, { url, id, size }: ParquetFile): RemoteFile {
  const what = `reading data file ${id}`
  let whole: Promise<Uint8Array<ArrayBuffer>> | undefined

  const fetchRange = (start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> => {
    const init = { headers: { range: `bytes=${start}-${end - 1}` }, ...(signal ? { signal } : {}) }
    return http.request(what, url, init, async (response) => {
      const bytes = new Uint8Array(await response.arrayBuffer())
      // A server that does not know ranges sends the whole file.
      const part = response.status === 206 ? bytes : bytes.slice(start, end)
      if (part.length === end - start) return part
      throw new DeltaError('unavailable', `${what} failed: expected ${end - start} bytes, found ${part.length}`)
    })
  }
  return {
    size,
    name: `data file ${id}`,
    async read(start, end, signal) {
      if (start === end) return new Uint8Array()
      if (size > WHOLE_FILE_BYTES) return fetchRange(start, end, signal)
      whole ??= fetchRange(0, size, signal)
      return (await whole).slice(start, end)
    },
  }
}
