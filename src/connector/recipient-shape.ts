import { z } from 'zod'
import { checkIpRange, parseSharingIdentifier } from '../manifest/index.ts'
import { sayWhy } from './input.ts'

/** What a recipient of Databricks may have. */
const MAX_IP_RANGES = 100
const MAX_LIFETIME_DAYS = 365
const DEFAULT_LIFETIME_DAYS = 90

const tokenRecipientShape = z.object({
  mode: z.literal('token'),
  contact: z.string().trim().min(1).max(1000).describe('Who gets the activation link: a person or a channel.'),
  servedBy: z
    .enum(['deltaquill', 'databricks'])
    .default('deltaquill')
    .describe(
      'Who answers the recipient: deltaquill serve, or the Databricks workspace of the provider. "deltaquill" unless said.',
    ),
  lifetimeDays: z
    .int()
    .min(1)
    .max(MAX_LIFETIME_DAYS)
    .default(DEFAULT_LIFETIME_DAYS)
    .describe(`Days that a token lives: ${DEFAULT_LIFETIME_DAYS} unless said, ${MAX_LIFETIME_DAYS} at most.`),
  ipAllowList: z
    .array(z.string().superRefine(sayWhy((range) => checkIpRange(range))))
    .min(1, 'expected at least one address; leave it out to allow all')
    .max(MAX_IP_RANGES)
    .optional()
    .describe('Addresses and CIDR blocks that may read; all unless said.'),
})

const databricksRecipientShape = z.object({
  mode: z.literal('databricks'),
  sharingIdentifier: z
    .string()
    .superRefine(sayWhy(parseSharingIdentifier))
    .transform((text) => parseSharingIdentifier(text))
    .describe("The customer's sharing identifier: SELECT CURRENT_METASTORE() prints it."),
})

/** Who reads: somebody with a token, or a metastore of Databricks. */
export const recipientShape = z.discriminatedUnion('mode', [tokenRecipientShape, databricksRecipientShape])

/**
 * Whether a connector's share is made in the Unity Catalog of a Databricks workspace: for a metastore always, for a token
 * where Databricks serves it. Elsewhere it is made in the manifest of the object store.
 */
export function sharesOnDatabricks({ recipient }: { readonly recipient: z.infer<typeof recipientShape> }): boolean {
  return recipient.mode === 'databricks' || recipient.servedBy === 'databricks'
}

/** The recipients of {@link sharesOnDatabricks} as JSON Schema, for editors. */
export const READS_ON_DATABRICKS = {
  type: 'object',
  anyOf: [
    { properties: { mode: { const: 'databricks' } }, required: ['mode'] },
    { properties: { servedBy: { const: 'databricks' } }, required: ['servedBy'] },
  ],
}
