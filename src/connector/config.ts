import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { unknownCloudOf } from '../manifest/index.ts'
import { nearest } from '../record/index.ts'
import { parseLocation } from '../store/index.ts'
import { checksShape } from './checks.ts'
import { databricksShape } from './databricks-shape.ts'
import { parseInput, sayWhy } from './input.ts'
import { isObject } from './public-json.ts'
import { READS_ON_DATABRICKS, recipientShape, sharesOnDatabricks } from './recipient-shape.ts'
import { workflowName } from './table-name.ts'

/** So that `kadoa_<connector>` fits into the 64 characters of a recipient's name. */
const MAX_ID_LENGTH = 58
/** Lower case, so that no two ids differ by case only; a UUID is one. */
const CONNECTOR_ID = /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/
/** What Unity Catalog and the sharing protocol both take, with room for suffixes. */
const NAME = /^[a-z0-9_]{1,200}$/
/** Unity Catalog keeps it for itself in every catalog. */
const RESERVED_SCHEMA = 'information_schema'

const nameShape = z
  .string()
  .regex(NAME, 'expected 1 to 200 small letters, digits and "_"')
  .refine((name) => name !== RESERVED_SCHEMA, `"${RESERVED_SCHEMA}" is reserved`)

const WORKFLOWS = 'expected "all", or the ids of one workflow or more, each once'
/** As {@link claimWorkflowName} refuses the second of them when it comes. */
const WORKFLOW_NAMES = 'expected ids whose tables have names of their own: two of these differ by case only'

export const connectorConfigShape = z
  .object({
    $schema: z.string().optional(),
    connectorId: z
      .string()
      .max(MAX_ID_LENGTH)
      .regex(CONNECTOR_ID, 'expected small letters and digits, with single "-" or "_" between them')
      .describe('Names the connector, its share and its recipient. It never changes.'),
    teamId: z.string().min(1).max(255),
    teamName: z.string().min(1).max(255).optional().describe('For people; nothing is named after it.'),
    recipient: recipientShape,
    workflows: z
      .union([z.literal('all'), z.array(z.string().min(1)).min(1, WORKFLOWS).refine(isDistinct, WORKFLOWS)], {
        error: WORKFLOWS,
      })
      .refine((ids) => ids === 'all' || isDistinct([...new Set(ids)].map(workflowName)), WORKFLOW_NAMES)
      .default('all')
      .describe('The ids of the workflows that are shared; all unless said.'),
    activityLog: z
      .union([z.boolean(), z.object({ includeUserEmail: z.boolean().default(false) })], {
        error: 'expected true, false, or {"includeUserEmail": true or false}',
      })
      .default(true)
      .transform((given) => (given === true ? { includeUserEmail: false } : given))
      .describe('Whether ACTIVITY_LOG is shared, and whether it names users by e-mail: true and false unless said.'),
    storage: z
      .object({ root: z.string().superRefine(sayWhy(checkRoot)) })
      .optional()
      .describe(
        'Where everything is kept: s3://bucket/prefix or file:///directory. The option --root says it otherwise.',
      ),
    catalog: nameShape
      .optional()
      .describe('On Databricks: the catalog of the provider in which the tables are registered.'),
    databricks: databricksShape
      .optional()
      .describe('On Databricks: the workspace of the provider, and how it is worked with.'),
    schema: nameShape.default('kadoa').describe('The schema in the share: "kadoa" unless said.'),
    latestMode: z
      .enum(['latest_run', 'all_runs_of_latest_version', 'current_by_key'])
      .default('latest_run')
      .describe("The rows of WF_<id>__LATEST: the newest run's unless said."),
    money: z
      .enum(['struct', 'flat'])
      .default('struct')
      .describe('MONEY as one struct, or as the columns <field>_AMOUNT and <field>_CURRENCY.'),
    nested: z
      .enum(['json', 'typed'])
      .default('json')
      .describe('OBJECT and ARRAY as JSON text, or as the structs and arrays that their shapes declare.'),
    lineage: z
      .enum(['upper', 'lower'])
      .default('upper')
      .describe('What the columns are called that say where a row comes from: KADOA_RUN_ID …, or kadoa_run_id ….'),
    history: z
      .object({ versions: z.boolean().default(true) })
      .prefault({})
      .describe(
        'Whether recipients may read earlier versions of the tables of versions; of the others they see the present only.',
      ),
    checks: checksShape.prefault({}).describe('What a run must pass before it is published.'),
  })
  .refine((config) => !sharesOnDatabricks(config) || config.catalog !== undefined, {
    path: ['catalog'],
    error:
      'expected the catalog of the provider in which the tables are registered: this connector shares on Databricks',
  })
  .meta({
    title: 'A connector: whose runs are published, to whom, and what they must pass',
    // What the check above says, in the words of JSON Schema, into which no check is translated.
    if: { properties: { recipient: READS_ON_DATABRICKS }, required: ['recipient'] },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema; nobody awaits it.
    then: { required: ['catalog'] },
  })

/** What a connector publishes, to whom and how; every setting has its value. It holds no secret. */
export type ConnectorConfig = Readonly<z.infer<typeof connectorConfigShape>>

export interface ParsedConnectorConfig {
  readonly config: ConnectorConfig
  /** Keys that are not known and have no effect, and what may be a slip, one notice each. */
  readonly notices: readonly string[]
}

/**
 * Takes the configuration of a connector and fills in what it leaves out. What comes out is taken again, unchanged.
 * @throws {DeltaError} `invalid-argument` naming each fault by its path.
 */
export function parseConnectorConfig(value: unknown): ParsedConnectorConfig {
  const config = parseInput('the connector', connectorConfigShape, value)
  return {
    config,
    notices: [
      ...unknownKeys(value, config, z.toJSONSchema(connectorConfigShape, { io: 'input' })).map(unknownKey),
      ...idleSettings(config),
      ...doubts(config),
    ],
  }
}

/** The names that everything of a connector goes by outside. */
export interface ConnectorNames {
  readonly share: string
  readonly recipient: string
  /** The schema within the share. */
  readonly schema: string
}

/**
 * Share and recipient are `kadoa_<connector>`, with `_` for `-`: small letters, digits and `_` is what every catalog
 * takes. Ids that differ by that only (`a-b`, `a_b`) would meet; the second is refused where its share is made.
 */
export function connectorNames({ connectorId, schema }: ConnectorConfig): ConnectorNames {
  const name = `kadoa_${connectorId.replaceAll('-', '_')}`
  return { share: name, recipient: name, schema }
}

/** The configuration as JSON Schema (draft 2020-12), for editors: it refuses keys that are not known. */
export function connectorConfigSchema(): object {
  return z.toJSONSchema(connectorConfigShape, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'object') jsonSchema.additionalProperties = false
    },
  })
}

interface UnknownKey {
  readonly path: string
  /** The key in its place that it is most likely meant for. */
  readonly meant: string | undefined
}

/** Where the shape left keys aside: what was given and is not there any more. */
function unknownKeys(given: unknown, taken: unknown, schema: Schema, path = ''): UnknownKey[] {
  if (!isObject(given) || !isObject(taken)) return []
  const known = settingsOf(schema)
  return Object.keys(given).flatMap((key) =>
    Object.hasOwn(taken, key)
      ? unknownKeys(given[key], taken[key], known.get(key) ?? true, `${path}${key}.`)
      : [{ path: path + key, meant: nearest(key, known.keys()) }],
  )
}

type Schema = z.core.JSONSchema._JSONSchema

/** The settings that a part of the configuration may have, whichever form it takes, with what each holds as JSON Schema. */
function settingsOf(schema: Schema): ReadonlyMap<string, Schema> {
  if (typeof schema === 'boolean') return new Map()
  const { properties = {}, anyOf = [], oneOf = [] } = schema
  return new Map([...[...anyOf, ...oneOf].flatMap((form) => [...settingsOf(form)]), ...Object.entries(properties)])
}

function unknownKey({ path, meant }: UnknownKey): string {
  const question = meant === undefined ? 'is it misspelt?' : `did you mean ${JSON.stringify(meant)}?`
  return `${JSON.stringify(path)} is no setting of a connector and has no effect: ${question}`
}

function idleSettings(config: ConnectorConfig): string[] {
  if (config.databricks === undefined || sharesOnDatabricks(config)) return []
  return ['"databricks" has no effect: recipient.servedBy does not say that Databricks serves the token']
}

function doubts({ recipient }: ConnectorConfig): string[] {
  const cloud = recipient.mode === 'databricks' ? unknownCloudOf(recipient.sharingIdentifier) : undefined
  if (cloud === undefined) return []
  return [
    `recipient.sharingIdentifier is of the cloud ${JSON.stringify(cloud)}, where Databricks is not known to run: have the customer look at it again, SELECT CURRENT_METASTORE() prints it`,
  ]
}

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length
}

function checkRoot(root: string): void {
  const location = parseLocation(root)
  if (location.scheme !== 's3' || !location.bucket.includes('.')) return
  throw new DeltaError(
    'invalid-argument',
    'the name of the bucket holds a ".": the certificates of S3 do not cover such names, so recipients could not open the URLs of files; use another bucket',
  )
}
