import { z } from 'zod'
import { partitionFilterShape } from '../partition-filter.ts'
import { describedShape } from '../share.ts'
import { MANIFEST_VERSION } from '../version.ts'

const tableShape = z
  .strictObject({
    name: z.string().describe('What recipients call the table.'),
    location: z.string().describe('Where it is: s3://bucket/prefix, file:///directory or a path.'),
    version: z
      .union([z.int().nonnegative(), z.literal('latest')])
      .optional()
      .describe('The version that recipients see; latest, the default, follows the table.'),
    history: z.boolean().optional().describe('Whether recipients may read other versions too; false unless said.'),
    startVersion: z.int().nonnegative().optional().describe('With history: the oldest version they may read.'),
    partition: partitionFilterShape.optional().describe('The partitions that are shown; all unless said.'),
    id: z.uuid().optional().describe('What clients cache by. Left out, it is made once and stays.'),
  })
  .meta({ id: 'Table' })

const schemaShape = z
  .strictObject({
    name: z.string(),
    tables: z.array(tableShape).describe('A schema is there because of its tables: without any, nothing is there.'),
  })
  .meta({ id: 'Schema' })

const shareShape = z
  .strictObject({
    name: z.string(),
    ...describedShape.shape,
    schemas: z.array(schemaShape).optional(),
  })
  .meta({ id: 'Share' })

const recipientShape = z
  .strictObject({
    name: z.string(),
    expiresIn: z
      .string()
      .regex(/^\d{1,12}(ms|s|m|h|d)$/, { error: 'expected a time such as 90d, 24h or 15m' })
      .optional()
      .describe('How long its tokens live: 90d unless said, 365d at most.'),
    allowedIps: z.array(z.string()).optional().describe('Addresses and CIDR blocks; from anywhere unless said.'),
    endpoint: z.string().optional().describe("The endpoint its profile names, instead of the server's own."),
    shares: z.array(z.string()).optional().describe('The shares that it may read.'),
  })
  .meta({ id: 'Recipient' })

/**
 * Everything that is shared, with whom, as one document that people write and keep under version control. It holds no
 * secret: no token, no link, no hash of one.
 */
export const shareDocumentShape = z
  .strictObject({
    $schema: z.string().optional(),
    manifestVersion: z.literal(MANIFEST_VERSION),
    shares: z.array(shareShape).optional(),
    recipients: z.array(recipientShape).optional(),
  })
  .meta({ title: 'What is shared with whom: deltaquill share export, deltaquill share apply' })

export type ShareDocument = z.infer<typeof shareDocumentShape>
export type DeclaredShare = z.infer<typeof shareShape>
export type DeclaredTable = z.infer<typeof tableShape>
export type DeclaredRecipient = z.infer<typeof recipientShape>

/** The document as JSON Schema (draft 2020-12), for editors and other tools. */
export function shareDocumentSchema(): object {
  return z.toJSONSchema(shareDocumentShape, { io: 'input' })
}
