import { z } from 'zod'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import { isThere } from './privilege.ts'
import type { CallOptions } from './transport.ts'

const effectiveShape = z
  .object({
    principal: z.string().nullish(),
    privileges: z.array(z.object({ privilege: z.string().nullish() })).nullish(),
  })
  .transform((wire) => ({
    principal: wire.principal ?? '',
    privileges: (wire.privileges ?? []).flatMap(({ privilege }) => privilege ?? []),
  }))

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
  /**
   * Who was granted what on something, or on what it is in, groups under their own names; of those only whom the server lets
   * the asker see. @throws {DeltaError} `permission-denied` where it lets him see nobody.
   */
  holders(asked: Securable, options?: CallOptions): Promise<PrivilegeHolder[]>
}

/** Somebody, a person, a service principal or a group, and what he was granted. */
export interface PrivilegeHolder {
  readonly principal: string
  readonly privileges: readonly string[]
}

/** Who asks. */
export interface Identity {
  /** By which privileges are granted: of a service principal its application id. */
  readonly name: string
  /** The groups that it is in itself; not those which these are in. */
  readonly groups: readonly string[]
}

export function grants(http: Http): Grants {
  const ask = async (
    { type, name }: Securable,
    { whose, query = {} }: { readonly whose: string; readonly query?: Readonly<Record<string, string>> },
    options: CallOptions | undefined,
  ): Promise<PrivilegeHolder[]> => {
    const assignments = await allPages(
      http,
      {
        what: `reading the privileges of ${whose} on ${type} ${name}`,
        path: `effective-permissions/${type}/${pathSegment(type, name)}`,
        query,
        member: 'privilege_assignments',
        item: effectiveShape,
      },
      options,
    )
    return assignments.filter(isThere)
  }
  return {
    async effective({ principal, ...on }, options) {
      const held = await ask(on, { whose: principal, query: { principal } }, options)
      return [...new Set(held.flatMap(({ privileges }) => privileges))]
    },
    holders: (on, options) => ask(on, { whose: 'everybody' }, options),
  }
}

const meShape = z.object({
  userName: z.string(),
  groups: z.array(z.object({ display: z.string().nullish() })).nullish(),
})

/** Who asks, and the groups that it is in. */
export async function me(http: Http, options?: CallOptions): Promise<Identity> {
  const { userName, groups } = await http.call(
    { what: 'asking who the token is', method: 'GET', path: '/api/2.0/preview/scim/v2/Me', answer: meShape },
    options,
  )
  return { name: userName, groups: (groups ?? []).flatMap(({ display }) => display ?? []) }
}
