import { z } from 'zod'
import { type Profile, parseProfile } from '../wire/index.ts'
import { endpoint } from './endpoint.ts'
import { type ClientOptions, httpClient } from './http.ts'
import { type SharedTable, sharedTable } from './table.ts'
import { parseTablePath } from './table-path.ts'

const shareItem = z.object({ name: z.string(), id: z.string().nullish() })
const schemaItem = z.object({ name: z.string(), share: z.string() })
const tableItem = z.object({ name: z.string(), schema: z.string(), share: z.string(), id: z.string().nullish() })

export interface ShareName {
  readonly name: string
}

export interface SchemaName {
  readonly name: string
  readonly share: string
}

export interface TableName {
  readonly name: string
  readonly schema: string
  readonly share: string
}

/** What a recipient can see. Names are compared by the server, without case. */
export interface SharedCatalog {
  shares(options?: { readonly signal?: AbortSignal }): Promise<ShareName[]>
  schemas(share: string, options?: { readonly signal?: AbortSignal }): Promise<SchemaName[]>
  /** The tables of a share, or of one of its schemas. */
  tables(share: string, schema?: string, options?: { readonly signal?: AbortSignal }): Promise<TableName[]>
  /** The tables of every share. */
  allTables(options?: { readonly signal?: AbortSignal }): Promise<TableName[]>
  /**
   * A table by its path `share.schema.table`. Nothing is asked yet.
   * @throws {DeltaError} `invalid-argument` when the path is none.
   */
  table(path: string): SharedTable
}

/**
 * Opens what is shared with the holder of a profile. Nothing is asked yet.
 * @param profile the text of a profile file, or its contents.
 * @throws {DeltaError} `invalid-argument` when it is no profile, `unsupported` for a version of profiles that is not 1.
 */
export function openProfile(profile: Profile | string, options: ClientOptions = {}): SharedCatalog {
  const isFile = typeof profile === 'string' || 'shareCredentialsVersion' in profile
  const server = endpoint(isFile ? parseProfile(profile) : profile, httpClient(options))
  const catalog: SharedCatalog = {
    shares: ({ signal } = {}) => server.list('listing shares', '/shares', shareItem, signal),
    schemas: (share, { signal } = {}) =>
      server.list(
        `listing the schemas of share ${share}`,
        `/shares/${encodeURIComponent(share)}/schemas`,
        schemaItem,
        signal,
      ),
    tables(share, schema, { signal } = {}) {
      const below = schema === undefined ? 'all-tables' : `schemas/${encodeURIComponent(schema)}/tables`
      return server.list(
        `listing the tables of ${schema === undefined ? `share ${share}` : `schema ${share}.${schema}`}`,
        `/shares/${encodeURIComponent(share)}/${below}`,
        tableItem,
        signal,
      )
    },
    async allTables(options) {
      const tables: TableName[] = []
      for (const share of await catalog.shares(options)) {
        tables.push(...(await catalog.tables(share.name, undefined, options)))
      }
      return tables
    },
    table: (path) => sharedTable(server, parseTablePath(path)),
  }
  return catalog
}
