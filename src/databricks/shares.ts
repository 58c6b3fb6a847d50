import { z } from 'zod'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import {
  formatGrant,
  type GrantChange,
  isThere,
  type PrivilegeAssignment,
  privilegeAssignmentShape,
  privilegeListShape,
} from './privilege.ts'
import { type CatalogShare, chunkChanges, formatChange, type ShareChange, shareShape } from './share.ts'
import type { CallOptions } from './transport.ts'

/** The shares of a metastore. Names are kept in lower case there. */
export interface Shares {
  /** All shares that the token may see, without their objects. */
  list(options?: CallOptions): Promise<CatalogShare[]>
  /** A share with its objects. @throws {DeltaError} `not-found`. */
  get(name: string, options?: CallOptions): Promise<CatalogShare>
  /** Creates a share that is empty: tables are added by `update`. @throws {DeltaError} `already-exists`. */
  create(
    share: { readonly name: string; readonly comment?: string | undefined },
    options?: CallOptions,
  ): Promise<CatalogShare>
  /**
   * Adds, changes and removes tables, in order, a hundred in one call: with more, recipients may see the first hundred changed
   * before the next, and a failure says how far it came.
   * @throws {DeltaError} `already-exists` for a table that is shared already, `not-found` for a share or table.
   */
  update(name: string, changes: readonly ShareChange[], options?: CallOptions): Promise<CatalogShare>
  /** Deletes a share with all its grants. The tables stay. */
  delete(name: string, options?: CallOptions): Promise<void>
  /** Who may read a share. */
  permissions(name: string, options?: CallOptions): Promise<PrivilegeAssignment[]>
  /** Lets recipients read a share, or no longer. @returns who may read it now. */
  updatePermissions(
    name: string,
    changes: readonly GrantChange[],
    options?: CallOptions,
  ): Promise<PrivilegeAssignment[]>
}

export function shares(http: Http): Shares {
  const pathOf = (name: string): string => `shares/${pathSegment('share', name)}`
  const get: Shares['get'] = async (name, options) =>
    http.call(
      // Without the parameter a share comes without its objects, as if it were empty.
      {
        what: `reading share ${name}`,
        method: 'GET',
        path: `${pathOf(name)}?include_shared_data=true`,
        answer: shareShape,
      },
      options,
    )
  return {
    get,
    list: (options) =>
      allPages(http, { what: 'listing the shares', path: 'shares', member: 'shares', item: shareShape }, options),
    create: ({ name, comment }, options) =>
      http.call(
        { what: `creating share ${name}`, method: 'POST', path: 'shares', body: { name, comment }, answer: shareShape },
        options,
      ),
    async update(name, changes, options) {
      let made = 0
      for (const chunk of chunkChanges(changes)) {
        const progress = chunk.length === changes.length ? '' : ` (${made} of ${changes.length} changes are made)`
        await http.call(
          {
            what: `changing share ${name}${progress}`,
            method: 'PATCH',
            path: pathOf(name),
            body: { updates: chunk.map(formatChange) },
            answer: z.looseObject({}),
          },
          options,
        )
        made += chunk.length
      }
      return get(name, options)
    },
    async delete(name, options) {
      await http.call(
        { what: `deleting share ${name}`, method: 'DELETE', path: pathOf(name), answer: z.looseObject({}) },
        options,
      )
    },
    async permissions(name, options) {
      const assignments = await allPages(
        http,
        {
          what: `reading the permissions of share ${name}`,
          path: `${pathOf(name)}/permissions`,
          member: 'privilege_assignments',
          item: privilegeAssignmentShape,
        },
        options,
      )
      return assignments.filter(isThere)
    },
    updatePermissions: async (name, changes, options) =>
      http.call(
        {
          what: `changing the permissions of share ${name}`,
          method: 'PATCH',
          path: `${pathOf(name)}/permissions`,
          body: { changes: changes.map(formatGrant) },
          answer: privilegeListShape,
        },
        options,
      ),
  }
}
