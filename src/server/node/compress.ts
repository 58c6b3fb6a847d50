import { pipeline, type Writable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, createGzip, gzip } from 'node:zlib'
import { type Answer, type HttpRequest, varyBy } from '../http.ts'
import { remember } from '../remember.ts'

/** What shrinks: lines and pages, to an eighth. Parquet files are compressed already. */
const TEXT = /^(?:application\/(?:x-ndjson|json|javascript)|text\/(?:html|css|javascript))\b/
/** Higher levels take twice the time and save 3 percent. */
const LEVEL = 1

/** Whether an answer is to go out in gzip, which its headers then say. */
export function chooseGzip(request: HttpRequest, { body, headers }: Answer): boolean {
  if (body === null || !TEXT.test(headers['content-type'] ?? '')) return false
  varyBy(headers, 'accept-encoding')
  const isTaken = takesGzip(request.headers.get('accept-encoding') ?? '')
  if (isTaken) headers['content-encoding'] = 'gzip'
  return isTaken
}

const gzipBytes = promisify(gzip)

export function gzipped(text: string): Promise<Uint8Array> {
  return gzipBytes(text, { level: LEVEL })
}

/** What is written to it goes to `to` in gzip, at once: no line waits for those after it. Both end and fail together. */
export function throughGzip(to: Writable): Writable {
  const packing = createGzip({ level: LEVEL, flush: constants.Z_SYNC_FLUSH })
  // Whoever writes learns of a failure by what it writes to.
  pipeline(packing, to, () => undefined)
  return packing
}

/** RFC 9110 §12.5.3: a coding is taken unless its weight is 0; a star stands for all that are not named. */
const takesGzip = remember((acceptEncoding: string): boolean => {
  const weights = new Map<string, number>()
  for (const part of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', weight] = part.split(';').map((text) => text.trim())
    weights.set(coding, weight?.startsWith('q=') ? Number(weight.slice(2)) : 1)
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0
})
