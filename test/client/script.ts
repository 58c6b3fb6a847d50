import { openProfile, type SharedCatalog } from '../../src/client/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'

/** What a scripted server answers: an answer, or a connection that breaks. */
export type Step =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: string | object }
  | Error

export interface SeenRequest {
  readonly url: string
  readonly method: string
  readonly authorization: string | null
  readonly range: string | null
  readonly body: string
}

/** A `fetch` that answers step by step, and keeps what it was asked. */
export function scripted(steps: readonly Step[]): { fetch: typeof fetch; requests: SeenRequest[] } {
  const requests: SeenRequest[] = []
  return {
    requests,
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const step = steps[requests.length]
      requests.push({
        url: request.url,
        method: request.method,
        authorization: request.headers.get('authorization'),
        range: request.headers.get('range'),
        body: await request.text(),
      })
      if (step === undefined) throw new Error(`the script has no answer to request ${requests.length}, ${request.url}`)
      if (step instanceof Error) throw step
      const { status = 200, headers = {}, body } = step
      const json = typeof body === 'object'
      const type: Record<string, string> = json ? { 'content-type': 'application/json' } : {}
      return new Response(json ? JSON.stringify(body) : (body ?? null), { status, headers: { ...type, ...headers } })
    },
  }
}

/** A client of a scripted server, with the token `secret`. */
export function clientOf(
  steps: readonly Step[],
  runtime: Runtime = simulatedRuntime(),
): { catalog: SharedCatalog; requests: SeenRequest[] } {
  const { fetch, requests } = scripted(steps)
  const profile = { endpoint: 'https://share.example.com/delta-sharing', bearerToken: 'secret' }
  return { catalog: openProfile(profile, { fetch, runtime }), requests }
}
