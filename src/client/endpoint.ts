import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import type { Profile } from '../wire/index.ts'
import type { Http } from './http.ts'

/** A sharing server, and the token it knows us by. */
export interface Endpoint {
  readonly http: Http
  /** Asks for a path below the endpoint. */
  request<T>(what: string, path: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T>
  /** All items of a list, however many pages it comes in. */
  list<S extends z.ZodType>(what: string, path: string, item: S, signal?: AbortSignal): Promise<z.infer<S>[]>
}

export function endpoint(profile: Profile, http: Http): Endpoint {
  const request: Endpoint['request'] = (what, path, init, read) => {
    const headers = { ...init.headers, authorization: `Bearer ${profile.bearerToken}` }
    return http.request(`${what} at ${profile.endpoint}`, profile.endpoint + path, { ...init, headers }, read)
  }
  return {
    http,
    request,
    async list(what, path, item, signal) {
      const shape = z.object({ items: z.array(item).nullish(), nextPageToken: z.string().nullish() })
      const items: z.infer<typeof item>[] = []
      let pageToken = ''
      do {
        const query = pageToken === '' ? '' : `?${new URLSearchParams({ pageToken })}`
        const page = await request(what, path + query, { ...(signal ? { signal } : {}) }, async (response) =>
          parseAnswer(what, shape, await response.text()),
        )
        items.push(...(page.items ?? []))
        const next = page.nextPageToken ?? ''
        if (next !== '' && next === pageToken) throw brokenAnswer(what, 'it repeats the same page for ever')
        pageToken = next
      } while (pageToken !== '')
      return items
    },
  }
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

function brokenAnswer(what: string, problem: string): DeltaError {
  return new DeltaError('invalid-data', `${what} failed: the server's answer breaks the sharing protocol: ${problem}`)
}
