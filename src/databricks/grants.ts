import { z } from 'zod'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import type { CallOptions } from './transport.ts'

const effectiveShape = z.object({
  principal: z.string(),
  privileges: z.array(z.object({ privilege: z.string() })).nullish(),
})

/** Something on which privileges are granted. */
export interface Securable {
  readonly type: 'metastore' | 'catalog' | 'schema' | 'table' | 'external_location' | 'storage_credential'
  /** In full; of a metastore its id. */
  readonly name: string
}

export interface Grants {
  /**
   * What a principal was granted on something, or on what it is in, in no order: `CREATE_TABLE` … What an owner may do is
   * not among it.
   */
  effective(asked: Securable & { readonly principal: string }, options?: CallOptions): Promise<string[]>
}

export function grants(http: Http): Grants {
  return {
    async effective({ type, name, principal }, options) {
      const assignments = await allPages(
        http,
        {
          what: `reading the privileges of ${principal} on ${type} ${name}`,
          path: `effective-permissions/${type}/${pathSegment(type, name)}`,
          query: { principal },
          member: 'privilege_assignments',
          item: effectiveShape,
        },
        options,
      )
      return [...new Set(assignments.flatMap(({ privileges }) => (privileges ?? []).map(({ privilege }) => privilege)))]
    },
  }
}

const meShape = z.object({ userName: z.string() })

/** Who asks, by the name under which privileges are granted: of a service principal its application id. */
export async function me(http: Http, options?: CallOptions): Promise<string> {
  const answer = await http.call(
    { what: 'asking who the token is', method: 'GET', path: '/api/2.0/preview/scim/v2/Me', answer: meShape },
    options,
  )
  return answer.userName
}
