/** A call as the fake catalog takes it apart: `path` below the kind of thing. */
export interface FakeCall {
  readonly method: string
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

/** An answer that says no. */
export class Refusal extends Error {
  readonly status: number
  readonly errorCode: string

  constructor(status: number, errorCode: string, message: string) {
    super(message)
    this.status = status
    this.errorCode = errorCode
  }

  response(): Response {
    const body = { error_code: this.errorCode, message: this.message, details: [] }
    return Response.json(body, { status: this.status })
  }
}

const PAGE_SIZE = 2

/** A list in pages of two; between any two of them comes one that is empty. */
export function page(member: string, items: readonly unknown[], query: URLSearchParams): Record<string, unknown> {
  if (query.get('max_results') !== '0') return { [member]: items }
  const [kind = 'full', start = '0'] = (query.get('page_token') ?? '').split(':')
  const from = Number(start)
  if (kind === 'gap') return { [member]: [], next_page_token: `full:${from}` }
  const end = from + PAGE_SIZE
  return { [member]: items.slice(from, end), ...(end < items.length ? { next_page_token: `gap:${end}` } : {}) }
}
