import { DeltaError } from '../errors.ts'
import { loadServerSettings, type PlanePromises, parseEndpoint, type Share } from '../manifest/index.ts'
import { PROFILE_FILE, readingSnippets } from '../wire/index.ts'
import { shownMetadata } from './all-told.ts'
import { type ConnectorRecord, checkPublishes, loadConnectorRecord } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { lineageNames } from './lineage.ts'
import { lookAgain } from './look-again.ts'
import { PinnedTable } from './metadata/pinned-table.ts'
import { WORKFLOWS, type WorkflowRow } from './metadata/workflows.ts'
import { sharesOnDatabricks } from './recipient-shape.ts'
import { loadSetup } from './setup.ts'
import { formatLatestTable, type MetadataTable, parseTableName, workflowName } from './table-name.ts'

export interface HandoffOptions {
  /** Where the share is served, for tools that are told it by hand: as the recipient has it, or as the server recorded it, unless said. */
  readonly endpoint?: string | undefined
}

/**
 * What the recipient of a connector needs to begin, as Markdown: which tables there are, what is in them, how fresh they are,
 * and how to read them with each tool. It holds no secret: the link goes another way.
 * @throws {DeltaError} `not-found`; `invalid-argument` for a connector that is not set up or has ended, or an endpoint that is none.
 */
export async function handoffOf(context: ConnectorContext, options: HandoffOptions = {}): Promise<string> {
  const given = options.endpoint === undefined ? undefined : parseEndpoint(options.endpoint)
  const record = await loadConnectorRecord(context.store, context.id, context)
  checkPublishes(record)
  const { share, recipient, workflows } = await lookAgain(
    () => loadSetup(context, record),
    async ({ share, recipient }) => {
      if (share === undefined) throw noShare(record)
      const workflows = await new PinnedTable(WORKFLOWS, shownMetadata(context, { share, record })).rows()
      return { share, recipient, workflows }
    },
  )
  const endpoint = given ?? recipient?.endpoint ?? (await publicUrl(context, record)) ?? UNKNOWN_ENDPOINT
  const shown = workflows.filter(({ LATEST_TABLE }) => LATEST_TABLE !== null)
  return `${[
    ...introduction(record, share, context.plane.promises),
    ...tableList(record, share, shown),
    ...(record.config.recipient.mode === 'token'
      ? readingTables(record, share, shown, endpoint)
      : ['## Read them', '']),
    ...databricks(record, share, shown),
    ...meaning(record),
    ...access(record),
  ].join('\n')}\n`
}

function noShare({ id, share }: ConnectorRecord): DeltaError {
  return new DeltaError(
    'not-found',
    `share ${share.name} of connector ${id} is not there, or may not be looked at: verify it`,
  )
}

const UNKNOWN_ENDPOINT = `<the endpoint that stands in ${PROFILE_FILE}>`

/** Where our own server answers, as it recorded when it was started. */
async function publicUrl(context: ConnectorContext, { config }: ConnectorRecord): Promise<string | undefined> {
  return sharesOnDatabricks(config) ? undefined : (await loadServerSettings(context.store, context)).publicUrl
}

function introduction(
  { config, schema }: ConnectorRecord,
  { name, tables }: Share,
  { atomicSwap }: PlanePromises,
): string[] {
  return [
    `# Your Kadoa data${config.teamName === undefined ? '' : `: ${plain(config.teamName)}`}`,
    '',
    `Kadoa publishes the output of your workflows as read-only Delta tables, in the share \`${name}\`, schema \`${schema}\`, by`,
    atomicSwap
      ? 'Delta Sharing (Databricks: OpenSharing). They change after each successful run, all of a run at once.'
      : 'Delta Sharing (Databricks: OpenSharing). They change after each successful run: each table at once, one after the other.',
    ...(tables.length === 0 ? ['', 'No run is published yet: the tables appear with the first one.'] : []),
    '',
  ]
}

const METADATA: { readonly [T in MetadataTable]: string } = {
  WORKFLOWS: 'one row a workflow: its name, and what its latest table shows',
  WORKFLOW_SCHEMA_VERSIONS: 'one row a version of a schema, that is, a table `…__V<n>`',
  WORKFLOW_SCHEMA_FIELDS: 'one row a column of such a table: field, type and how values are cast',
  WORKFLOW_RUNS: 'one row a published run: rows, times, status. It says how fresh everything is',
  ACTIVITY_LOG: 'one row an event of the activity log',
}

function tableList({ schema }: ConnectorRecord, { tables }: Share, workflows: readonly WorkflowRow[]): string[] {
  if (tables.length === 0) return []
  const byName = new Map(workflows.map((row) => [workflowName(row.WORKFLOW_ID), row]))
  const rows = tables.flatMap(({ name }) => {
    const parsed = parseTableName(name)
    if (parsed === undefined) return []
    return [`| \`${schema}.${name}\` | ${describe(parsed, byName)} |`]
  })
  return ['## Tables', '', '| table | what it is |', '|---|---|', ...rows, '']
}

function describe(
  name: NonNullable<ReturnType<typeof parseTableName>>,
  workflows: ReadonlyMap<string, WorkflowRow>,
): string {
  if (name.kind === 'metadata') return METADATA[name.table]
  const row = workflows.get(name.workflow)
  const called = plain(row?.NAME ?? row?.WORKFLOW_ID ?? name.workflow)
  if (name.kind === 'version') return `${called}: all runs with version ${name.version} of its schema`
  const asOf = row?.LATEST_RUN_FINISHED_AT
  return `${called}: the newest output${asOf ? `, that of ${asOf} (${row.LATEST_ROW_COUNT ?? 0} rows) as this was written` : ''}`
}

function readingTables(
  { schema }: ConnectorRecord,
  share: Share,
  workflows: readonly WorkflowRow[],
  endpoint: string,
): string[] {
  const table = `${share.name}.${schema}.${exampleTable(workflows)}`
  return [
    '## Read them',
    '',
    `The link that you got separately gives the file \`${PROFILE_FILE}\`, once. It is the key to the share: keep it where secrets are kept.`,
    '',
    ...readingSnippets({ table, endpoint }).flatMap(({ tool, before, code }) => [
      `### ${tool}`,
      '',
      before.includes('→') ? before : `\`${before}\``,
      '',
      '```',
      code,
      '```',
      '',
    ]),
  ]
}

function databricks(
  { schema, config: { recipient } }: ConnectorRecord,
  { name }: Share,
  workflows: readonly WorkflowRow[],
): string[] {
  return [
    '### Databricks',
    '',
    ...(recipient.mode === 'token'
      ? [
          'Make a provider of the profile file (Catalog → OpenSharing → Shared with me → Import data), here called `kadoa`; then:',
        ]
      : [
          `The share is there for the metastore \`${recipient.sharingIdentifier}\`: no file, no token. Kadoa is among its providers`,
          '(Catalog → OpenSharing → Shared with me, or `SHOW PROVIDERS`), under the name of its own metastore unless somebody gave it',
          'another; here it is called `kadoa`. `CREATE CATALOG` takes the privileges `CREATE CATALOG` and `USE PROVIDER`:',
        ]),
    '',
    '```sql',
    'SHOW SHARES IN PROVIDER kadoa;',
    `CREATE CATALOG IF NOT EXISTS ${name} USING SHARE kadoa.${name};`,
    `SELECT * FROM ${name}.${schema}.${exampleTable(workflows).toLowerCase()};`,
    '```',
    '',
  ]
}

function exampleTable([first]: readonly WorkflowRow[]): string {
  return first === undefined ? 'WORKFLOW_RUNS' : formatLatestTable(first.WORKFLOW_ID)
}

const LATEST: { readonly [M in ConnectorRecord['config']['latestMode']]: string } = {
  latest_run: 'the rows of the newest run',
  all_runs_of_latest_version: 'the rows of all runs with the newest schema',
  current_by_key: 'for each key the newest row',
}

/** How a struct `specs` and an array `sizes` are taken apart with each of the tools. */
const NESTED = [
  '- Objects and lists are structs and arrays, where the workflow declares what they hold, and JSON text elsewhere',
  "  (`WORKFLOW_SCHEMA_FIELDS.DELTA_TYPE` says which). A member of a struct is `specs.weight` in SQL, and `specs['weight']` of a row in",
  '  pandas, where `pandas.json_normalize(frame.specs.dropna())` makes columns of all; of an array, `explode(sizes)` in Spark and Databricks,',
  "  `unnest(sizes)` in DuckDB and `frame.explode('sizes')` in pandas make rows; Power BI expands both from the head of the column.",
]

function meaning({ config }: ConnectorRecord): string[] {
  const [amount, currency] =
    config.money === 'struct' ? ['price.amount', 'price.currencyCode'] : ['price_AMOUNT', 'price_CURRENCY']
  const lineage = lineageNames(config)
  return [
    '## What to know',
    '',
    `- \`WF_<id>__V<n>\` keeps the rows of every run, as long as its schema stays the same; when it changes, the next \`V<n>\` begins, and`,
    `  the older one stays. \`WF_<id>__LATEST\` has ${LATEST[config.latestMode]}, and follows the newest schema: its columns may change. Build`,
    '  on `V<n>` where columns must not.',
    `- \`${lineage.KADOA_RUN_ID}\` and \`${lineage.KADOA_RUN_FINISHED_AT}\` say of which run a row is, and how old it is;`,
    `  \`${lineage.KADOA_ROW_INDEX}\` is its place in the run. \`${lineage.KADOA_ROW_KEY}\` is the same for the same thing in`,
    '  other runs, where the workflow has key fields.',
    '- How fresh a workflow is: `SELECT NAME, LATEST_RUN_FINISHED_AT FROM WORKFLOWS`.',
    '- A value that did not fit its column is null; `WORKFLOW_RUNS.CAST_FAILURES` counts them.',
    ...(config.nested === 'typed' ? NESTED : []),
    `- Money is in the smallest unit of its currency. In units: \`${amount} / 100\` where \`${currency}\` has two decimals, as USD and EUR`,
    '  have; `/ 1` for JPY and KRW, `/ 1000` for KWD, BHD and OMR (ISO 4217 says which).',
    '',
  ]
}

function access({ config: { recipient } }: ConnectorRecord): string[] {
  if (recipient.mode === 'databricks') return []
  const { lifetimeDays, ipAllowList } = recipient
  return [
    '## Your access',
    '',
    `- The token in \`${PROFILE_FILE}\` is good for ${lifetimeDays} days from when its link was made. Before it ends you get another link; its`,
    '  token works beside the old one for a day, so put the new file in the place of the old one meanwhile.',
    '- If the file got into wrong hands, say so at once: all that is out ends, and you get another link.',
    ...(ipAllowList === undefined ? [] : [`- It works from these addresses only: ${ipAllowList.join(', ')}.`]),
    '',
  ]
}

/** Text of others within a line or a cell of Markdown. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_|<>[\]]/g, '\\$&')
}
