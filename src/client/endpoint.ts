import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import type { Profile } from '../wire/index.ts'
import { wholeText } from './body.ts'
import type { Http, HttpAnswer, HttpRequest } from './http.ts'

/** A request below the endpoint: its `path` in place of the URL. */
export type EndpointRequest = Omit<HttpRequest, 'url' | 'token'> & { readonly path: string }

/** A sharing server, and the token it knows us by. */
export interface Endpoint {
  readonly http: Http
  /** Asks for a path below the endpoint. @throws {DeltaError} as `Http` does. */
  request<T>(request: EndpointRequest, read: (answer: HttpAnswer) => Promise<T>): Promise<T>
  /** All items of a list, however many pages it comes in. */
  list<S extends z.ZodType>(what: string, path: string, item: S, signal?: AbortSignal): Promise<z.infer<S>[]>
}

/** Bytes of a page: far more than any list has, and not so many that they would fill the memory. */
const MAX_PAGE_BYTES = 64 * 1024 * 1024
/** A list that goes on for longer is none. */
const MAX_PAGES = 10_000

export function endpoint(profile: Profile, http: Http): Endpoint {
  const request: Endpoint['request'] = async ({ path, what, ...more }, read) => {
    const place = `${what} at ${profile.endpoint}`
    const sent = { ...more, what: place, url: profile.endpoint + path, token: profile.bearerToken }
    try {
      return await http.request(sent, (answer) => {
        refuseWebPage(place, answer)
        return read(answer)
      })
    } catch (error) {
      throw isDeltaError(error, 'unauthenticated') ? orExpired(error, profile, http.runtime.now()) : error
    }
  }
  return {
    http,
    request,
    async list(what, path, item, signal) {
      const shape = z.object({ items: z.array(item).nullish(), nextPageToken: z.string().nullish() })
      const items: z.infer<typeof item>[] = []
      const seen = new Set<string>()
      let pageToken = ''
      do {
        const query = pageToken === '' ? '' : `?${new URLSearchParams({ pageToken })}`
        const page = await request({ what, path: path + query, signal }, async ({ body }) =>
          parseAnswer(what, shape, await wholeText(body, MAX_PAGE_BYTES, what)),
        )
        for (const each of page.items ?? []) items.push(each)
        pageToken = page.nextPageToken ?? ''
        if (seen.has(pageToken) || seen.size > MAX_PAGES) throw brokenAnswer(what, 'its pages go round in circles')
        seen.add(pageToken)
      } while (pageToken !== '')
      return items
    },
  }
}

/** What answers like that is a proxy or a portal. */
function refuseWebPage(what: string, { headers, body }: HttpAnswer): void {
  if (!/^text\/html\b/i.test(headers.get('content-type') ?? '')) return
  body.cancel()
  throw new DeltaError(
    'invalid-data',
    `${what} failed: a web page answered instead of a sharing server: check the endpoint in the profile`,
  )
}

function orExpired(error: DeltaError, { expirationTime }: Profile, now: number): DeltaError {
  if (expirationTime === undefined || !(Date.parse(expirationTime) <= now)) return error
  return new DeltaError(
    'unauthenticated',
    `${error.message}: the token of the profile expired at ${expirationTime.slice(0, 40)}; ask your share provider for a new profile`,
    { cause: error },
  )
}

function parseAnswer<S extends z.ZodType>(what: string, shape: S, text: string): z.infer<S> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw brokenAnswer(what, 'it is not JSON')
  }
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw brokenAnswer(what, problems.slice(0, 3).join('; '))
}

export function brokenAnswer(what: string, problem: string): DeltaError {
  return new DeltaError('invalid-data', `${what} failed: the server's answer breaks the sharing protocol: ${problem}`)
}
