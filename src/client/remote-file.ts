import { DeltaError, isDeltaError } from '../errors.ts'
import { bytesBetween } from './body.ts'
import type { Http, HttpAnswer } from './http.ts'
import type { FileLinks } from './shared-file.ts'

/** A file behind URLs that end, and can be had anew. */
export interface LinkedFile {
  readonly id: string
  /** Bytes. */
  readonly size: number
  links(): FileLinks
  /** Others in place of those that do not open the file any more. @throws {DeltaError} where there are none. */
  renewed(stale: FileLinks): Promise<FileLinks>
}

/** A shared data file as the Parquet reader takes it. */
export interface RemoteFile {
  readonly size: number
  readonly name: string
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  /** Begins to fetch a small file; what goes wrong is told by `read`. */
  prefetch(signal?: AbortSignal): void
  /** Bytes of the file of its deletion vector, fewer where that ends before. */
  readVector(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
}

/** Below this many bytes a whole file costs less than the requests that would read it in parts. */
const WHOLE_FILE_BYTES = 8 * 1024 * 1024
/** Milliseconds before its end at which a URL counts as ended: a request takes its time. */
const EXPIRY_MARGIN = 5_000

/** A shared data file: a small one is fetched once, whole, a large one by ranges. Its name is its id, never its URL. */
export function remoteFile(http: Http, file: LinkedFile): RemoteFile {
  const { id, size } = file
  const name = `data file ${id}`
  let whole: Promise<Uint8Array<ArrayBuffer>> | undefined

  /** Asks once more with fresh URLs where those that we have may have ended; not a third time. */
  async function withLinks<T>(get: (links: FileLinks) => Promise<T>): Promise<T> {
    const links = file.links()
    if (links.expiresAt !== undefined && links.expiresAt - EXPIRY_MARGIN <= http.runtime.now()) {
      return get(await file.renewed(links))
    }
    try {
      return await get(links)
    } catch (error) {
      if (!mayBeExpired(error)) throw error
      return get(await renewedAfter(error, links))
    }
  }

  async function renewedAfter(refusal: DeltaError, links: FileLinks): Promise<FileLinks> {
    try {
      return await file.renewed(links)
    } catch (error) {
      if (!isDeltaError(error) || error.code === 'aborted') throw error
      const message = `${refusal.message}; and fresh URLs cannot be had: ${error.message}`
      throw new DeltaError(error.code, message, { ...error.details, cause: error })
    }
  }

  const readFile = (start: number, end: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
    withLinks(async ({ url }) => {
      const what = `reading ${name}`
      const bytes = await fetchRange(http, { what, url, start, end, signal }, ({ headers }) =>
        checkSize(what, headers, size),
      )
      if (bytes.length === end - start) return bytes
      throw new DeltaError('unavailable', `${what} failed: expected ${end - start} bytes, found ${bytes.length}`)
    })
  const fetchWhole = (signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> => {
    whole ??= readFile(0, size, signal)
    return whole
  }

  return {
    size,
    name,
    async read(start, end, signal) {
      if (start === end) return new Uint8Array()
      return size > WHOLE_FILE_BYTES ? readFile(start, end, signal) : (await fetchWhole(signal)).slice(start, end)
    },
    prefetch(signal) {
      if (size > 0 && size <= WHOLE_FILE_BYTES) fetchWhole(signal).catch(() => {})
    },
    readVector: (start, end, signal) =>
      withLinks(({ vectorUrl }) => {
        const what = `reading the deletion vector of ${name}`
        if (vectorUrl !== undefined) return fetchRange(http, { what, url: vectorUrl, start, end, signal })
        throw new DeltaError('invalid-data', `${what} failed: the server gave no URL for it`, { file: id })
      }),
  }
}

interface RangeRequest {
  readonly what: string
  readonly url: string
  readonly start: number
  readonly end: number
  readonly signal: AbortSignal | undefined
}

async function fetchRange(
  http: Http,
  { what, url, start, end, signal }: RangeRequest,
  check: (answer: HttpAnswer) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const headers = { range: `bytes=${start}-${end - 1}` }
  return http.request({ what, url, headers, signal }, async (answer) => {
    // A server that does not know ranges sends the whole file.
    if (answer.status !== 206) return bytesBetween(answer.body, start, end)
    check(answer)
    return bytesBetween(answer.body, 0, end - start)
  })
}

/** Where the store lets us see it (a browser only sees headers that are exposed to it). */
function checkSize(what: string, headers: Headers, size: number): void {
  const [, total] = /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  if (total === undefined || Number(total) === size) return
  throw new DeltaError('invalid-data', `${what} failed: the file has ${total} bytes, and the server said ${size}`)
}

/** Stores answer 403, and some 400 or 401, for a URL that has ended. */
function mayBeExpired(error: unknown): error is DeltaError {
  return (
    isDeltaError(error, 'permission-denied') ||
    isDeltaError(error, 'unauthenticated') ||
    isDeltaError(error, 'invalid-argument')
  )
}
