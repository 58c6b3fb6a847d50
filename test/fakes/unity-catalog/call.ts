import { z } from 'zod'
import { invalid, noEndpoint } from './refusal.ts'

/** A call as the fake takes it apart: `path` below the kind of thing, decoded. */
export interface FakeCall {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

/** The body of a call. A member that is not known is refused, though a workspace might pass over it: it is a slip. */
export function bodyOf<S extends z.ZodType>(call: FakeCall, shape: S): z.infer<S> {
  const parsed = shape.safeParse(call.body ?? {})
  if (parsed.success) return parsed.data
  throw invalid(z.prettifyError(parsed.error))
}

/** What a kind of thing answers, by `<method> <path after its name>`. */
export async function dispatch(call: FakeCall, answers: Readonly<Record<string, () => unknown>>): Promise<unknown> {
  const [name, ...rest] = call.path
  const key = name === undefined ? call.method : [`${call.method} :name`, ...rest].join('/')
  const answer = answers[key]
  if (answer === undefined) throw noEndpoint()
  return answer()
}

const PAGE_SIZE = 2

/** A list that comes whole unless pages are asked for. */
export function page(member: string, items: readonly unknown[], query: URLSearchParams): Record<string, unknown> {
  return query.get('max_results') === '0' ? nextPage(member, items, query) : { [member]: items }
}

/** A list in pages of two; between any two of them comes one that is empty. */
export function nextPage(member: string, items: readonly unknown[], query: URLSearchParams): Record<string, unknown> {
  const [kind = 'full', start = '0'] = (query.get('page_token') ?? '').split(':')
  const from = Number(start)
  if (kind === 'gap') return { [member]: [], next_page_token: `full:${from}` }
  const end = from + PAGE_SIZE
  return { [member]: items.slice(from, end), ...(end < items.length ? { next_page_token: `gap:${end}` } : {}) }
}
