import { z } from 'zod'
import { foundOrNone } from '../errors.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { allPages } from './pages.ts'
import { redact } from './redact.ts'
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

const trialShape = z
  .object({ operation: z.string().nullish(), result: z.string(), message: z.string().nullish() })
  .transform((wire) => ({
    /** `READ`, `LIST`, `WRITE`, `DELETE`, `PATH_EXISTS`, or one that nobody has heard of; undefined where it is not said. */
    operation: wire.operation ?? undefined,
    /** `PASS`, `FAIL` or `SKIP`. */
    result: wire.result,
    /** Why it did not pass. */
    message: redact(wire.message ?? '', []),
  }))

const trialsShape = z
  .object({ results: z.array(trialShape).nullish() })
  .transform((wire): readonly StorageTrial[] => wire.results ?? [])

/** A place in storage that Databricks may use, and by which credential. */
export type ExternalLocation = Readonly<z.infer<typeof locationShape>>

/** How Databricks comes by storage. */
export type StorageCredential = Readonly<z.infer<typeof credentialShape>>

/** What became of one operation that Databricks tried on storage. */
export type StorageTrial = Readonly<z.infer<typeof trialShape>>

/** What is tried, and where. */
export interface StorageTrialOf {
  /** The storage credential. */
  readonly credential: string
  /** The external location that covers the place: without it the place is refused, for it overlaps with that one. */
  readonly location: string
  readonly url: string
}

export interface ExternalLocations {
  /** Those that the caller may see. */
  list(options?: CallOptions): Promise<ExternalLocation[]>
}

export interface StorageCredentials {
  /** A credential, or undefined where it does not exist. */
  find(name: string, options?: CallOptions): Promise<StorageCredential | undefined>
  /**
   * Has Databricks read and list a place by a credential; nothing is written.
   * @throws {DeltaError} `permission-denied` for whoever is neither the credential's owner nor a metastore admin, and may not
   * make external locations with it.
   */
  tryOut(asked: StorageTrialOf, options?: CallOptions): Promise<readonly StorageTrial[]>
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
    tryOut: ({ credential, location, url }, options) =>
      http.call(
        {
          what: `trying storage credential ${credential} at ${url}`,
          method: 'POST',
          path: 'validate-storage-credentials',
          body: { storage_credential_name: credential, external_location_name: location, url, read_only: true },
          changesNothing: true,
          answer: trialsShape,
        },
        options,
      ),
  }
}
