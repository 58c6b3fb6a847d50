import { z } from 'zod'
import type { Http } from './http.ts'
import { brokenAnswer, type CallOptions } from './transport.ts'

/** What follows a page; absent (or empty) after the last one. */
const nextPage = z.string().nullish()

/** Asks the server for pages of its own size; without this most lists would come all at once. */
const SERVER_PAGE_SIZE = { max_results: '0' }

export interface Paged<S extends z.ZodType> {
  readonly what: string
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** The member of a page that holds its items. */
  readonly member: string
  readonly item: S
  /** Said of a list that comes in pages without being asked to, and whose pages are documented to have no size 0. */
  readonly isPagedAnyway?: boolean
}

/** All items of a list. A page may be empty and not be the last: only a missing token ends the list. */
export async function allPages<S extends z.ZodType>(
  http: Http,
  { what, path, query = {}, member, item, isPagedAnyway = false }: Paged<S>,
  options?: CallOptions,
): Promise<z.infer<S>[]> {
  const answer = z.object({ [member]: z.array(item).nullish(), next_page_token: nextPage })
  const items: z.infer<S>[] = []
  const seen = new Set<string>()
  let token = ''
  do {
    const search = new URLSearchParams({
      ...query,
      ...(isPagedAnyway ? {} : SERVER_PAGE_SIZE),
      ...(token === '' ? {} : { page_token: token }),
    })
    const { [member]: found, next_page_token: next } = await http.call(
      { what, method: 'GET', path: `${path}?${search}`, answer },
      options,
    )
    // One by one: how many a page holds is the server's to say, and arguments are not without limit.
    if (Array.isArray(found)) for (const each of found) items.push(each)
    token = typeof next === 'string' ? next : ''
    if (seen.has(token)) throw brokenAnswer(what, 'it leads back to a page that has been read')
    seen.add(token)
  } while (token !== '')
  return items
}
