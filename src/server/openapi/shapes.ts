import { z } from 'zod'

/** The shapes of what goes in and out, for the description of the API; a test holds real answers to them. */

const milliseconds = z.int().describe('Milliseconds since 1970.')

export const errorShape = z
  .strictObject({ errorCode: z.string(), message: z.string() })
  .describe('Every answer above 399, but for HEAD.')

const shareShape = z.strictObject({
  name: z.string(),
  id: z.uuid(),
  displayName: z.string().optional(),
  comment: z.string().optional(),
  properties: z.record(z.string(), z.string()).optional(),
})

const schemaShape = z.strictObject({ name: z.string(), share: z.string() })

/** What lists and metadata say of a table that may be read where it lies. */
const placeFields = {
  location: z.string().optional().describe('Where the table lies, if it may be read there with credentials lent.'),
  accessModes: z.array(z.enum(['url', 'dir'])).optional(),
}

const tableShape = z.strictObject({
  name: z.string(),
  schema: z.string(),
  share: z.string(),
  shareId: z.uuid(),
  id: z.uuid(),
  ...placeFields,
})

const pageFields = {
  nextPageToken: z.string().optional().describe('Where the list goes on; absent on the last page.'),
}

export const shareAnswerShape = z.strictObject({ share: shareShape })
export const sharesShape = z.strictObject({ items: z.array(shareShape), ...pageFields })
export const schemasShape = z.strictObject({ items: z.array(schemaShape), ...pageFields })
export const tablesShape = z.strictObject({ items: z.array(tableShape), ...pageFields })

const version = z.int().nonnegative()

export const tableQueryShape = z
  .object({
    predicateHints: z.array(z.string()).describe('Conditions in SQL, all of which hold for the rows wanted.'),
    jsonPredicateHints: z.string().describe('The same as a tree, in JSON.'),
    limitHint: z.int().describe('Rows wanted.'),
    version,
    timestamp: z.iso.datetime(),
    startingVersion: version.describe('Asks for the files that changed from this version on.'),
    endingVersion: version,
    maxFiles: z.int().describe('Files wanted in one answer; the rest is had by the token at its end.'),
    pageToken: z.string(),
    includeRefreshToken: z.boolean(),
    refreshToken: z.string().describe('Asks for the same files again, with fresh URLs.'),
    includeHistoricalProtocol: z.boolean(),
  })
  .partial()
  .describe('Every member may be absent or null, and numbers may be texts. Hints may be left unused.')

const factFields = {
  version: version.optional(),
  size: z.int().optional().describe('Bytes of all files.'),
  numFiles: z.int().optional(),
  ...placeFields,
}

const linkFields = {
  url: z.url().describe('A secret while it lasts.'),
  id: z.string(),
  size: z.int(),
  partitionValues: z.record(z.string(), z.string().nullable()),
  expirationTimestamp: milliseconds.optional(),
}

const fileShape = z.strictObject({
  ...linkFields,
  stats: z.string().optional().describe('Statistics, in JSON.'),
  version: version.optional(),
  timestamp: milliseconds.optional(),
})

const changeShape = z.strictObject({ ...fileShape.shape, version, timestamp: milliseconds })

const endShape = z.strictObject({
  refreshToken: z.string().optional(),
  nextPageToken: z.string().optional(),
  minUrlExpirationTimestamp: milliseconds.optional(),
  errorMessage: z.string().optional().describe('The answer is not whole.'),
  httpStatusErrorCode: z.int().optional(),
})

export const parquetLineShape = z
  .union([
    z.strictObject({ protocol: z.strictObject({ minReaderVersion: z.literal(1) }) }),
    z.strictObject({
      metaData: z.strictObject({
        id: z.string(),
        name: z.string().optional(),
        description: z.string().optional(),
        format: z.strictObject({ provider: z.literal('parquet') }),
        schemaString: z.string().describe('The schema, in JSON.'),
        partitionColumns: z.array(z.string()),
        configuration: z.record(z.string(), z.string()),
        ...factFields,
      }),
    }),
    z.strictObject({ file: fileShape }),
    z.strictObject({ add: changeShape }),
    z.strictObject({ cdf: changeShape }),
    z.strictObject({ remove: changeShape }),
    z.strictObject({ endStreamAction: endShape }),
  ])
  .describe('One line of an answer with responseformat=parquet.')

/** Actions of the table's log, with URLs for paths: PROTOCOL.md of Delta describes them. */
const action = z.looseObject({})

export const deltaLineShape = z
  .union([
    z.strictObject({ protocol: z.strictObject({ deltaProtocol: action, version: version.optional() }) }),
    z.strictObject({ metaData: z.strictObject({ deltaMetadata: action, ...factFields }) }),
    z.strictObject({
      file: z.strictObject({
        id: z.string(),
        deletionVectorFileId: z.string().optional(),
        version: version.optional(),
        timestamp: milliseconds.optional(),
        expirationTimestamp: milliseconds.optional(),
        deltaSingleAction: z.union([
          z.strictObject({ add: action }),
          z.strictObject({ remove: action }),
          z.strictObject({ cdc: action }),
        ]),
      }),
    }),
    z.strictObject({ endStreamAction: endShape }),
  ])
  .describe('One line of an answer with responseformat=delta.')

export const credentialsRequestShape = z
  .object({ location: z.string().nullish() })
  .describe('A place below the table; without it the table itself.')

export const credentialsShape = z.strictObject({
  credentials: z.strictObject({
    location: z.string(),
    awsTempCredentials: z.strictObject({
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      sessionToken: z.string(),
    }),
    expirationTime: milliseconds,
  }),
})

export const profileShape = z
  .strictObject({
    shareCredentialsVersion: z.literal(1),
    endpoint: z.url(),
    bearerToken: z.string(),
    expirationTime: z.iso.datetime().optional(),
  })
  .describe('The profile file of a recipient.')
