import { z } from 'zod'
import { foundOrNone } from '../errors.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import type { CallOptions } from './transport.ts'

const locationShape = z
  .object({
    name: z.string(),
    url: z.string(),
    credential_name: z.string().nullish(),
    read_only: z.boolean().nullish(),
    owner: z.string().nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    url: wire.url,
    credentialName: wire.credential_name ?? undefined,
    readOnly: wire.read_only ?? false,
    owner: wire.owner ?? undefined,
  }))

const credentialShape = z
  .object({
    name: z.string(),
    read_only: z.boolean().nullish(),
    owner: z.string().nullish(),
    aws_iam_role: z
      .object({
        role_arn: z.string(),
        external_id: z.string().nullish(),
        unity_catalog_iam_arn: z.string().nullish(),
      })
      .nullish(),
  })
  .transform((wire) => ({
    name: wire.name,
    readOnly: wire.read_only ?? false,
    owner: wire.owner ?? undefined,
    /** On AWS: the role that Databricks takes on, and what the role's trust policy must name. */
    role: wire.aws_iam_role && {
      arn: wire.aws_iam_role.role_arn,
      externalId: wire.aws_iam_role.external_id ?? undefined,
      trusted: wire.aws_iam_role.unity_catalog_iam_arn ?? undefined,
    },
  }))

/** A place in storage that Databricks may use, and by which credential. */
export type ExternalLocation = Readonly<z.infer<typeof locationShape>>

/** How Databricks comes by storage. */
export type StorageCredential = Readonly<z.infer<typeof credentialShape>>

export interface ExternalLocations {
  /** Those that the caller may see. */
  list(options?: CallOptions): Promise<ExternalLocation[]>
}

export interface StorageCredentials {
  /** A credential, or undefined where it does not exist. */
  find(name: string, options?: CallOptions): Promise<StorageCredential | undefined>
}

export function externalLocations(http: Http): ExternalLocations {
  return {
    list: (options) =>
      allPages(
        http,
        {
          what: 'listing the external locations',
          path: 'external-locations',
          member: 'external_locations',
          item: locationShape,
        },
        options,
      ),
  }
}

export function storageCredentials(http: Http): StorageCredentials {
  return {
    find: async (name, options) =>
      foundOrNone(
        http.call(
          {
            what: `reading storage credential ${name}`,
            method: 'GET',
            path: `storage-credentials/${pathSegment('storage credential', name)}`,
            answer: credentialShape,
          },
          options,
        ),
      ),
  }
}
