import { z } from 'zod'
import { foundOrNone } from '../errors.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import type { CallOptions } from './transport.ts'

const schemaShape = z
  .object({
    name: z.string(),
    catalog_name: z.string(),
    comment: z.string().nullish(),
    owner: z.string().nullish(),
    properties: z.record(z.string(), z.string()).nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    catalog: wire.catalog_name,
    comment: wire.comment ?? undefined,
    owner: wire.owner ?? undefined,
    properties: wire.properties ?? {},
  }))

const catalogShape = z
  .object({ name: z.string(), comment: z.string().nullish(), owner: z.string().nullish() })
  .transform((wire) => ({
    name: wire.name,
    comment: wire.comment ?? undefined,
    owner: wire.owner ?? undefined,
  }))

/** A schema that Unity Catalog knows. */
export type CatalogSchema = Readonly<z.infer<typeof schemaShape>>

/** A catalog of a metastore. */
export type Catalog = Readonly<z.infer<typeof catalogShape>>

/** A schema to be made. */
export interface NewCatalogSchema {
  readonly catalog: string
  readonly name: string
  readonly comment?: string | undefined
  readonly properties?: Readonly<Record<string, string>> | undefined
}

/** The schemas of a metastore. */
export interface Schemas {
  /** The schema called `catalog.schema`, or undefined where it or its catalog does not exist. */
  find(fullName: string, options?: CallOptions): Promise<CatalogSchema | undefined>
  /** @throws {DeltaError} `already-exists`; `not-found` for the catalog. */
  create(schema: NewCatalogSchema, options?: CallOptions): Promise<CatalogSchema>
  /** Deletes a schema that is empty. @throws {DeltaError} `not-found`; `invalid-argument` for one with tables. */
  delete(fullName: string, options?: CallOptions): Promise<void>
}

export interface Catalogs {
  /** A catalog, or undefined where it does not exist. */
  find(name: string, options?: CallOptions): Promise<Catalog | undefined>
}

export function schemas(http: Http): Schemas {
  const pathOf = (fullName: string): string => `schemas/${pathSegment('schema', fullName)}`
  return {
    find: async (fullName, options) =>
      foundOrNone(
        http.call(
          { what: `reading schema ${fullName}`, method: 'GET', path: pathOf(fullName), answer: schemaShape },
          options,
        ),
      ),
    create: ({ catalog, name, comment, properties }, options) =>
      http.call(
        {
          what: `creating schema ${catalog}.${name}`,
          method: 'POST',
          path: 'schemas',
          body: { name, catalog_name: catalog, comment, properties },
          answer: schemaShape,
        },
        options,
      ),
    async delete(fullName, options) {
      await http.call(
        { what: `deleting schema ${fullName}`, method: 'DELETE', path: pathOf(fullName), answer: z.looseObject({}) },
        options,
      )
    },
  }
}

export function catalogs(http: Http): Catalogs {
  return {
    find: async (name, options) =>
      foundOrNone(
        http.call(
          {
            what: `reading catalog ${name}`,
            method: 'GET',
            path: `catalogs/${pathSegment('catalog', name)}`,
            answer: catalogShape,
          },
          options,
        ),
      ),
  }
}
