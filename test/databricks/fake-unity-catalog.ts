import { z } from 'zod'
import { type UnityCatalog, unityCatalog } from '../../src/databricks/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { FakeRecipients } from './fake-recipients.ts'
import { Refusal } from './fake-refusal.ts'
import { FakeShares } from './fake-shares.ts'

export const HOST = 'https://adb-1.2.azuredatabricks.net'
export const TOKEN = 'dapi-0123456789-secret'
/** The moment at which the recorded conversations take place. */
export const NOW = 1_764_000_000_000

const BASE = '/api/2.1/unity-catalog/'

export interface SeenCall {
  readonly method: string
  readonly path: string
  readonly body?: unknown
}

/** Answers in place of the catalog, or breaks the connection; `after` lets the catalog act first and loses its answer. */
export type Trouble = { readonly instead: Response | Error } | { readonly after: Error }

/**
 * A Unity Catalog in memory, as far as it is known from Databricks' documentation and its clients: names in lower case,
 * shares that start empty, at most 100 changes in one call, two tokens a recipient, one recipient a sharing identifier,
 * pages that are empty and not the last.
 */
export class FakeUnityCatalog {
  readonly calls: SeenCall[] = []
  /** Taken one a call. */
  readonly troubles: Trouble[] = []
  readonly recipients = new FakeRecipients(NOW)
  readonly shares = new FakeShares(NOW, this.recipients)

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const text = await request.text()
    const path = url.pathname.slice(BASE.length)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    this.calls.push({ method: request.method, path: path + url.search, ...(body === undefined ? {} : { body }) })
    const trouble = this.troubles.shift()
    if (trouble !== undefined && 'instead' in trouble) return orThrow(trouble.instead)
    const answer = this.#answer(request, url, path, body)
    if (trouble !== undefined) throw trouble.after
    return answer
  }

  #answer(request: Request, url: URL, path: string, body: unknown): Response {
    try {
      if (url.origin !== HOST || !url.pathname.startsWith(BASE)) throw new Refusal(404, 'ENDPOINT_NOT_FOUND', 'No API')
      if (request.headers.get('authorization') !== `Bearer ${TOKEN}`) {
        throw new Refusal(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type')
      }
      const [room = '', ...rest] = path.split('/').map(decodeURIComponent)
      const call = { method: request.method, path: rest, query: url.searchParams, body: object.parse(body ?? {}) }
      if (room === 'shares') return Response.json(this.shares.answer(call))
      if (room === 'recipients') return Response.json(this.recipients.answer(call))
      throw new Refusal(404, 'ENDPOINT_NOT_FOUND', 'No API found')
    } catch (error) {
      if (error instanceof Refusal) return error.response()
      throw error
    }
  }
}

const object = z.record(z.string(), z.unknown())

function orThrow(outcome: Response | Error): Response {
  if (outcome instanceof Error) throw outcome
  return outcome
}

/** A client of a fake catalog, with a clock that starts at the moment of the recordings. */
export function clientOf(fake: FakeUnityCatalog, runtime: Runtime = simulatedRuntime({ start: NOW })): UnityCatalog {
  return unityCatalog({ host: HOST, token: TOKEN, fetch: fake.fetch, runtime })
}
