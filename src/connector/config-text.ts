import { parseJson } from '../json.ts'
import { type ConnectorConfig, type ParsedConnectorConfig, parseConnectorConfig } from './config.ts'

/**
 * Reads `connector.json` as people write it: JSON in which comments and a comma after the last element may stand.
 * @param name of the file, for messages.
 * @throws {DeltaError} `invalid-data` when it is no JSON, naming the place; else as {@link parseConnectorConfig}.
 */
export function readConnectorConfig(text: string, name = 'connector.json'): ParsedConnectorConfig {
  return parseConnectorConfig(parseJson(plainJson(text), name))
}

const STRING = String.raw`"(?:\\.|[^"\\])*"`
const COMMENTS = new RegExp(String.raw`${STRING}|//[^\n]*|/\*[^]*?\*/`, 'g')
const LAST_COMMAS = new RegExp(String.raw`${STRING}|,(?=\s*[}\]])`, 'g')

/** Puts spaces where JSON wants nothing, so that every other character stays in its line and column. */
function plainJson(text: string): string {
  return blanked(blanked(text.replace(/^\ufeff/, ''), COMMENTS), LAST_COMMAS)
}

function blanked(text: string, pattern: RegExp): string {
  return text.replaceAll(pattern, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\r\n]/g, ' ')))
}

/**
 * A `connector.json` to begin with: every setting, what it does, and what holds without it.
 * @param mode of its recipient: by token, or on Databricks, where it wants the identifier and the catalog filled in.
 */
export function connectorTemplate(mode: ConnectorConfig['recipient']['mode'] = 'token'): string {
  return TEMPLATE.replace(RECIPIENT, () => RECIPIENTS[mode])
}

const RECIPIENT = '<recipient>'

const RECIPIENTS = {
  token: `  // Who reads. Without a Databricks workspace: a token, whose activation link goes to the contact, once.
  "recipient": {
    "mode": "token",
    "contact": "data-team@acme.example",
    // Addresses that may read; all unless said.
    // "ipAllowList": ["192.0.2.0/24"],
    // Who answers: "deltaquill" (deltaquill serve), or "databricks": the workspace below, which takes a "catalog".
    "servedBy": "deltaquill",
    // Days that a token lives, 365 at most.
    "lifetimeDays": 90
  },
  // With one: the sharing identifier that SELECT CURRENT_METASTORE() prints there.
  // "recipient": { "mode": "databricks", "sharingIdentifier": "aws:us-west-2:00000000-0000-0000-0000-000000000000" },

  // On Databricks: the catalog of yours in which tables are registered, and how your workspace is worked with.
  // "catalog": "kadoa_prod",
  // "databricks": { "host": "https://dbc-00000000-0000.cloud.databricks.com", "registration": "rest", "latest": "alias-swap" },`,
  databricks: `  // Who reads: the metastore of the customer, by the sharing identifier that SELECT CURRENT_METASTORE() prints there.
  "recipient": { "mode": "databricks", "sharingIdentifier": "aws:us-west-2:00000000-0000-0000-0000-000000000000" },

  // The catalog of yours in which tables are registered.
  "catalog": "kadoa_prod",

  // Your workspace. Its credentials come from the environment: DATABRICKS_TOKEN, or DATABRICKS_CLIENT_ID and
  // DATABRICKS_CLIENT_SECRET.
  "databricks": {
    // Where it is, unless DATABRICKS_HOST says it.
    // "host": "https://dbc-00000000-0000.cloud.databricks.com",
    // A SQL warehouse, for what is not done by "rest" and "alias-swap".
    // "warehouseId": "0123456789abcdef",
    // How tables are registered: "rest" takes no compute; "sql" runs CREATE TABLE on the warehouse.
    "registration": "rest",
    // How WF_…__LATEST takes another schema: "alias-swap" shows another table in its place; "in-place" takes the warehouse.
    "latest": "alias-swap"
  },`,
} as const

const TEMPLATE = `{
  "$schema": "./node_modules/deltaquill/docs/schemas/connector.json",

  // Names the connector, and with it the share and the recipient (kadoa_acme). It never changes.
  "connectorId": "acme",
  "teamId": "00000000-0000-0000-0000-000000000000",
  "teamName": "Acme Inc.",

<recipient>

  // Which workflows are shared: "all", or a list of their ids.
  "workflows": "all",

  // Whether ACTIVITY_LOG is shared. { "includeUserEmail": true } names users by their addresses too.
  "activityLog": true,

  // Where everything is kept; the option --root says it otherwise. No dot in the name of the bucket.
  // "storage": { "root": "s3://bucket/prefix" },

  // The schema in the share: recipients read kadoa_acme.kadoa.WF_…
  "schema": "kadoa",

  // What WF_…__LATEST holds: "latest_run", "all_runs_of_latest_version" or "current_by_key".
  "latestMode": "latest_run",

  // As a "struct", or "flat": the columns <field>_AMOUNT and <field>_CURRENCY, for tools that read no structs.
  "money": "struct",

  // OBJECT and ARRAY as "json" text, or "typed": as the structs and arrays that their shapes declare, where they do so wholly.
  "nested": "json",

  // What the columns are called that say where a row comes from: "upper" is KADOA_RUN_ID, "lower" kadoa_run_id.
  "lineage": "upper",

  // Whether recipients may read earlier versions of the tables of versions.
  "history": { "versions": true },

  // What a run must pass: "block" holds it back, and what was published before stays; "warn" publishes it and says so.
  // A number blocks; { "ratio": 0.5, "action": "warn" } does not.
  "checks": {
    // Of the rows of the previous published run there must be this part.
    "minRowRatio": 0.5,
    // Of the values of each column this part may not fit its type; they become null. 1 never blocks.
    "maxCastFailureRatio": 1,
    // Of the fields of the schema this part may be in no row.
    "maxMissingColumnRatio": 0.5,
    "onEmptyRun": "warn",
    "onDuplicateKey": "warn",
    "onMissingKey": "warn",
    "onMissingRequired": "warn",
    "onExtraField": "warn",
    "onPrecisionLoss": "warn",
    "onIllFormedText": "warn",
    "onGarbledText": "warn",
    "onStaleRun": "warn"
  }
}
`
