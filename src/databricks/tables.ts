import { z } from 'zod'
import { foundOrNone } from '../errors.ts'
import { type CatalogColumn, formatColumn } from './columns.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import type { CallOptions } from './transport.ts'

const tableShape = z
  .object({
    name: z.string(),
    full_name: z.string(),
    storage_location: z.string().nullish(),
    table_type: z.string().nullish(),
    data_source_format: z.string().nullish(),
    comment: z.string().nullish(),
    owner: z.string().nullish(),
    created_at: z.int().nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    /** `catalog.schema.table`, in lower case. */
    fullName: wire.full_name,
    /** Empty for what lies nowhere: a view. */
    location: wire.storage_location ?? '',
    /** `EXTERNAL`, `MANAGED`, `VIEW` … */
    type: wire.table_type ?? undefined,
    /** `DELTA` … */
    format: wire.data_source_format ?? undefined,
    comment: wire.comment ?? undefined,
    owner: wire.owner ?? undefined,
    /** Milliseconds since 1970. */
    createdAt: wire.created_at ?? undefined,
  }))

/** A table that Unity Catalog knows. */
export type CatalogTable = Readonly<z.infer<typeof tableShape>>

/** An external Delta table that is to be known. */
export interface NewCatalogTable {
  readonly catalog: string
  readonly schema: string
  readonly name: string
  /** A URL as Databricks takes it: `s3://…`, `abfss://…`, `gs://…`. */
  readonly location: string
  /** Must be those of the log: the server believes what it is told. */
  readonly columns: readonly CatalogColumn[]
  readonly properties?: Readonly<Record<string, string>> | undefined
}

/** The tables of a metastore. */
export interface Tables {
  /** @throws {DeltaError} `not-found`. */
  get(fullName: string, options?: CallOptions): Promise<CatalogTable>
  /** A table, or undefined where it, its schema or its catalog does not exist. */
  find(fullName: string, options?: CallOptions): Promise<CatalogTable | undefined>
  /**
   * Makes an external table known where it lies, without compute. A location has one table at most.
   * @throws {DeltaError} `already-exists` for the name; `invalid-argument`, for one, for a location that another table has
   * or that is in no external location; `permission-denied` naming the privilege that is missing.
   */
  create(table: NewCatalogTable, options?: CallOptions): Promise<CatalogTable>
  /** Forgets a table; the files of an external one stay. @throws {DeltaError} `not-found`. */
  delete(fullName: string, options?: CallOptions): Promise<void>
  /** All tables of a schema. @throws {DeltaError} `not-found` for the schema. */
  list(of: { readonly catalog: string; readonly schema: string }, options?: CallOptions): Promise<CatalogTable[]>
}

export function tables(http: Http): Tables {
  const pathOf = (fullName: string): string => `tables/${pathSegment('table', fullName)}`
  const get: Tables['get'] = async (fullName, options) =>
    http.call({ what: `reading table ${fullName}`, method: 'GET', path: pathOf(fullName), answer: tableShape }, options)
  return {
    get,
    find: (fullName, options) => foundOrNone(get(fullName, options)),
    create: (table, options) =>
      http.call(
        {
          what: `registering table ${table.catalog}.${table.schema}.${table.name}`,
          method: 'POST',
          path: 'tables',
          body: formatTable(table),
          answer: tableShape,
        },
        options,
      ),
    async delete(fullName, options) {
      await http.call(
        { what: `deleting table ${fullName}`, method: 'DELETE', path: pathOf(fullName), answer: z.looseObject({}) },
        options,
      )
    },
    list: ({ catalog, schema }, options) =>
      allPages(
        http,
        {
          what: `listing the tables of ${catalog}.${schema}`,
          path: 'tables',
          // Columns and properties make up most of an answer, and nobody asks for them.
          query: { catalog_name: catalog, schema_name: schema, omit_columns: 'true', omit_properties: 'true' },
          member: 'tables',
          item: tableShape,
        },
        options,
      ),
  }
}

function formatTable({ catalog, schema, name, location, columns, properties }: NewCatalogTable) {
  return {
    name,
    catalog_name: catalog,
    schema_name: schema,
    table_type: 'EXTERNAL',
    data_source_format: 'DELTA',
    storage_location: location,
    columns: columns.map(formatColumn),
    properties,
  }
}
