import { describe, expect, test } from 'vitest'
import { connectorNames, parseConnectorConfig, sharesOnDatabricks } from '../../src/connector/index.ts'
import { isDeltaError } from '../../src/errors.ts'

const small = { connectorId: 'acme', teamId: 't', recipient: { mode: 'token', contact: 'data@acme.example' } }

const sharingIdentifier = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const onDatabricks = { ...small, recipient: { mode: 'databricks', sharingIdentifier }, catalog: 'kadoa_prod' }
const hosted = { ...onDatabricks, recipient: { ...small.recipient, servedBy: 'databricks' } }

describe('the configuration of a connector', () => {
  test('says little: whatever it leaves out has a value', () => {
    expect(parseConnectorConfig(small)).toEqual({
      config: {
        ...small,
        recipient: { ...small.recipient, servedBy: 'deltaquill', lifetimeDays: 90 },
        workflows: 'all',
        activityLog: { includeUserEmail: false },
        schema: 'kadoa',
        latestMode: 'latest_run',
        money: 'struct',
        nested: 'json',
        lineage: 'upper',
        history: { versions: true },
        checks: {
          minRowRatio: { ratio: 0.5, action: 'block' },
          maxCastFailureRatio: { ratio: 1, action: 'block' },
          maxMissingColumnRatio: { ratio: 0.5, action: 'block' },
          onEmptyRun: 'warn',
          onDuplicateKey: 'warn',
          onMissingKey: 'warn',
          onMissingRequired: 'warn',
          onExtraField: 'warn',
          onPrecisionLoss: 'warn',
          onIllFormedText: 'warn',
          onGarbledText: 'warn',
          onStaleRun: 'warn',
        },
      },
      notices: [],
    })
  })

  test.each([
    small,
    { ...small, activityLog: false, workflows: ['a', 'b'], checks: { minRowRatio: 0.9 }, storage: { root: '/data' } },
    onDatabricks,
    { ...hosted, databricks: { host: 'https://dbc-1.cloud.databricks.com', latest: 'in-place', warehouseId: 'w1' } },
    { ...hosted, databricks: { tablesPerShare: 2000 } },
    { ...small, activityLog: { includeUserEmail: true }, checks: { minRowRatio: { ratio: 0.9, action: 'warn' } } },
  ])('stays as it is when it is taken a second time', (given) => {
    const { config } = parseConnectorConfig(given)
    expect(parseConnectorConfig(JSON.parse(JSON.stringify(config)))).toEqual({ config, notices: [] })
  })

  test('takes a sharing identifier as people paste it', () => {
    const sharingIdentifier = ' AWS:us-west-2:19A84BEE-54BC-43A2-87DE-023D0EC16016\n'
    expect(
      parseConnectorConfig({ ...onDatabricks, recipient: { mode: 'databricks', sharingIdentifier } }),
    ).toMatchObject({
      config: { recipient: { sharingIdentifier: 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016' } },
    })
  })

  test('asks for a catalog where the share is made on Databricks, and has no use for a workspace elsewhere', () => {
    expect(
      [onDatabricks, hosted, small].map((given) => sharesOnDatabricks(parseConnectorConfig(given).config)),
    ).toEqual([true, true, false])
    for (const { catalog: _, ...given } of [onDatabricks, hosted]) {
      expect(() => parseConnectorConfig(given)).toThrow('catalog: expected the catalog of the provider')
    }
    expect(parseConnectorConfig({ ...hosted, databricks: {} }).config.databricks).toEqual({
      registration: 'rest',
      latest: 'alias-swap',
    })
    const sharingIdentifier = 'foo:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
    const unknown = { ...small, catalog: 'main', recipient: { mode: 'databricks', sharingIdentifier } }
    expect(parseConnectorConfig(unknown).notices).toEqual([expect.stringContaining('of the cloud "foo"')])
    expect(parseConnectorConfig({ ...small, databricks: {} }).notices).toEqual([
      expect.stringContaining('"databricks" has no effect'),
    ])
  })

  test('lets nothing misspelt pass silently: keys without effect are named by their path', () => {
    const misspelt = {
      ...small,
      recipient: { ...small.recipient, lifetime: 30 },
      workflow: ['a'],
      activityLog: { includeEmail: true },
      checks: { minRowsRatio: 0.9, minRowRatio: { ratio: 0.9, act: 'warn' } },
    }
    const meant = {
      'recipient.lifetime': undefined,
      workflow: 'workflows',
      'activityLog.includeEmail': 'includeUserEmail',
      'checks.minRowsRatio': 'minRowRatio',
      'checks.minRowRatio.act': undefined,
    }
    expect(parseConnectorConfig(misspelt).notices).toEqual(
      Object.entries(meant).map(([path, key]) => {
        const question = key === undefined ? 'is it misspelt?' : `did you mean "${key}"?`
        return `"${path}" is no setting of a connector and has no effect: ${question}`
      }),
    )
  })

  test('is refused with all that is wrong at once, some of many, and what a missing key is called there', () => {
    const refused = (wrong: object) => () => parseConnectorConfig({ ...small, ...wrong })
    const { connectorId: _, ...nameless } = small
    expect(() => parseConnectorConfig({ ...nameless, conectorId: 'acme', teamId: 5 })).toThrow(
      'the connector cannot be taken: connectorId: expected a text, found nothing (is "conectorId" meant for it?); teamId: expected a text, found the number 5; correct it, and try again',
    )
    const checks = [
      'onEmptyRun',
      'onDuplicateKey',
      'onMissingKey',
      'onExtraField',
      'onStaleRun',
      'onGarbledText',
      'onMissingRequired',
    ]
    expect(refused({ checks: Object.fromEntries(checks.map((check) => [check, 1])) })).toThrow(
      /(?:[\w.]+: expected "block" or "warn", found the number 1; ){5}and 2 more; correct it/,
    )
  })

  test('is the move of the customer where only the identifier that they told is wrong', () => {
    const recipient = { mode: 'databricks', sharingIdentifier: 'x' }
    const blameOf = (config: object): unknown => {
      try {
        return parseConnectorConfig(config)
      } catch (error) {
        return isDeltaError(error) && error.details.blame
      }
    }
    expect(blameOf({ ...onDatabricks, recipient })).toBe('customer')
    expect(blameOf({ ...onDatabricks, recipient, connectorId: 'Acme' })).toBeUndefined()
  })

  test.each<[string, object]>([
    ['connectorId: expected small letters', { connectorId: 'Acme' }],
    ['connectorId: expected small letters', { connectorId: '../acme' }],
    ['connectorId: expected at most 58 characters, found 59', { connectorId: 'a'.repeat(59) }],
    ['teamId: expected a text, found the number 5; correct it', { teamId: 5 }],
    ['recipient.mode: expected "token" or "databricks", found "mail"', { recipient: { mode: 'mail' } }],
    ['recipient.contact: expected at least 1 character, found 0', { recipient: { mode: 'token', contact: ' ' } }],
    [
      'recipient.lifetimeDays: expected at most 365, found the number 366',
      { recipient: { ...small.recipient, lifetimeDays: 366 } },
    ],
    [
      'recipient.ipAllowList[1]: expected an IP address',
      { recipient: { ...small.recipient, ipAllowList: ['::1', 'x'] } },
    ],
    ['recipient.ipAllowList: expected at least one address', { recipient: { ...small.recipient, ipAllowList: [] } }],
    [
      'recipient.sharingIdentifier: "x" is no sharing identifier: expected <cloud>',
      { recipient: { mode: 'databricks', sharingIdentifier: 'x' } },
    ],
    [
      'recipient.servedBy: expected "deltaquill" or "databricks", found "snowflake"',
      { recipient: { ...small.recipient, servedBy: 'snowflake' } },
    ],
    ['databricks.warehouseId: expected the id of a SQL warehouse', { ...hosted, databricks: { registration: 'sql' } }],
    ['databricks.tablesPerShare', { ...hosted, databricks: { tablesPerShare: 0 } }],
    ['databricks.warehouseId: expected the id of a SQL warehouse', { ...hosted, databricks: { latest: 'in-place' } }],
    ['databricks.host: expected at least 1 character', { ...hosted, databricks: { host: '' } }],
    ['workflows: expected "all", or the ids', { workflows: [] }],
    ['workflows: expected "all", or the ids', { workflows: ['a', 'a'] }],
    ['workflows: expected ids whose tables have names of their own', { workflows: ['shop', 'news', 'SHOP'] }],
    ['activityLog: expected true, false, or', { activityLog: 'yes' }],
    ['storage.root: the name of the bucket holds a "."', { storage: { root: 's3://my.bucket/x' } }],
    ['storage.root: the location is empty', { storage: { root: '' } }],
    ['schema: expected 1 to 200 small letters', { schema: 'Kadoa.X' }],
    ['schema: "information_schema" is reserved', { schema: 'information_schema' }],
    [
      'latestMode: expected "latest_run", "all_runs_of_latest_version" or "current_by_key", found "newest"',
      { latestMode: 'newest' },
    ],
    ['history.versions: expected true or false, found a text', { history: { versions: 'no' } }],
    ['checks.minRowRatio: expected at most 1, found the number 90', { checks: { minRowRatio: 90 } }],
    ['checks.minRowRatio: expected a number from 0 to 1', { checks: { minRowRatio: '90 %' } }],
    ['checks.onEmptyRun: expected "block" or "warn", found "hold"', { checks: { onEmptyRun: 'hold' } }],
    ['nested: expected "json" or "typed", found "struct"', { nested: 'struct' }],
  ])('is refused by its path: %s', (problem, wrong) => {
    expect(() => parseConnectorConfig({ ...small, ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining(problem) }),
    )
  })
})

test('share and recipient are called after the connector, in letters that every catalog takes', () => {
  const names = (given: object) => connectorNames(parseConnectorConfig({ ...small, ...given }).config)
  expect(names({})).toEqual({ share: 'kadoa_acme', recipient: 'kadoa_acme', schema: 'kadoa' })
  const connectorId = '19a84bee-54bc-43a2-87de-023d0ec16016'
  expect(names({ connectorId, schema: 'kadoa_acme' })).toEqual({
    share: 'kadoa_19a84bee_54bc_43a2_87de_023d0ec16016',
    recipient: 'kadoa_19a84bee_54bc_43a2_87de_023d0ec16016',
    schema: 'kadoa_acme',
  })
})
