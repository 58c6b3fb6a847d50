import { expect, test } from 'vitest'
import { METADATA_TABLES } from '../../../src/connector/index.ts'
import { ACTIVITY_LOG } from '../../../src/connector/metadata/activity-log.ts'
import { PinnedTable } from '../../../src/connector/metadata/pinned-table.ts'
import { WORKFLOW_RUNS } from '../../../src/connector/metadata/runs.ts'
import { WORKFLOW_SCHEMA_FIELDS } from '../../../src/connector/metadata/schema-fields.ts'
import { WORKFLOW_SCHEMA_VERSIONS } from '../../../src/connector/metadata/schema-versions.ts'
import { WORKFLOWS } from '../../../src/connector/metadata/workflows.ts'
import { typeName } from '../../../src/schema/index.ts'
import { openTable } from '../../../src/table/index.ts'
import { metadataTables } from './sample.ts'

/** What customers were promised; `!` is never null. */
const PROMISED = {
  WORKFLOWS: `WORKFLOW_ID string!, NAME string, DESCRIPTION string, ENTITY string, TAGS array<string>, SOURCE_URL string,
    STATE string, LATEST_SCHEMA_VERSION integer, LATEST_TABLE string, LATEST_RUN_ID string, LATEST_RUN_FINISHED_AT timestamp,
    LATEST_ROW_COUNT long, PUBLISHED_AT timestamp, IS_DELETED boolean`,
  WORKFLOW_SCHEMA_VERSIONS: `WORKFLOW_ID string!, SCHEMA_VERSION integer!, TABLE_NAME string!, SCHEMA_ID string,
    DESCRIPTOR_HASH string!, LAYOUT_HASH string!, FIELD_COUNT integer, STATUS string!, IS_LATEST boolean,
    CHANGE_SUMMARY string, FIRST_RUN_ID string, FIRST_PUBLISHED_AT timestamp, LAST_PUBLISHED_AT timestamp, TOTAL_ROWS long`,
  WORKFLOW_SCHEMA_FIELDS: `WORKFLOW_ID string!, SCHEMA_VERSION integer!, ORDINAL integer!, FIELD_NAME string!,
    COLUMN_NAME string!, KADOA_TYPE string!, FIELD_TYPE string, DELTA_TYPE string!, CAST_POLICY string!, IS_KEY boolean,
    IS_REQUIRED boolean, IS_UNIQUE boolean, DESCRIPTION string, CATEGORIES string`,
  WORKFLOW_RUNS: `WORKFLOW_ID string!, RUN_ID string!, JOB_ID string, SCHEMA_VERSION integer!, STARTED_AT timestamp,
    FINISHED_AT timestamp!, ROW_COUNT long!, BYTES long, TABLE_NAME string!, TABLE_VERSION long, LATEST_TABLE_VERSION long,
    STATUS string!, IS_BACKFILL boolean, CAST_FAILURES long, CAST_FAILURE_DETAILS string, DATA_QUALITY_ISSUES integer,
    PUBLISHED_AT timestamp!`,
  ACTIVITY_LOG: `EVENT_ID string!, EVENT_TIME timestamp!, TITLE string!, EVENT_TYPE string, REQUEST_SOURCE string,
    USER_ID string, USER_EMAIL string, RESOURCE_TYPE string, WORKFLOW_ID string, RESOURCE_ID string, RESOURCE_NAME string,
    DETAILS string, INGESTED_AT timestamp`,
}

const kinds = [WORKFLOWS, WORKFLOW_SCHEMA_VERSIONS, WORKFLOW_SCHEMA_FIELDS, WORKFLOW_RUNS, ACTIVITY_LOG]

test('every metadata table has a kind', () => {
  expect(kinds.map(({ name }) => name)).toEqual(METADATA_TABLES)
})

test.each(METADATA_TABLES)('%s is made with the columns that were promised, for every client', async (name) => {
  const { settings } = metadataTables()
  for (const kind of kinds.filter((each) => each.name === name)) {
    await new PinnedTable<{ readonly [column: string]: unknown }>({ ...kind, parse: (row) => row }, settings).head()
  }
  const table = await openTable(name, { store: settings.place(name).store })
  const columns = table.schema.fields.map(
    (field) => `${field.name} ${typeName(field.type)}${field.nullable ? '' : '!'}`,
  )
  expect(columns.join(', ')).toBe(PROMISED[name].replaceAll(/\s+/g, ' '))
  expect(table.info()).toMatchObject({ name, rows: 0, protocol: { minReaderVersion: 1, minWriterVersion: 2 } })
})

test('a row that its schema does not allow is refused by its column', () => {
  const row = Object.fromEntries(WORKFLOWS.schema.fields.map(({ name }) => [name, null]))
  expect(WORKFLOWS.parse({ ...row, WORKFLOW_ID: 'wf1', TAGS: ['a'] })).toMatchObject({ TAGS: ['a'] })
  for (const wrong of [{ WORKFLOW_ID: null }, { TAGS: [1] }, { LATEST_ROW_COUNT: 5n }, { IS_DELETED: 'no' }]) {
    const [column] = Object.keys(wrong)
    expect(() => WORKFLOWS.parse({ ...row, WORKFLOW_ID: 'wf1', ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-data', details: { column } }),
    )
  }
})
