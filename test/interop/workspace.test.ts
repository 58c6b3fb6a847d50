import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable } from '../../src/index.ts'
import { type JsonValue, parseJson } from '../../src/json.ts'
import { openStore } from '../../src/store/index.ts'
import { type RunningFake, startFakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { frame } from './client-readings.ts'
import { python } from './python.ts'
import { schemaOf } from './sample.ts'

const identifier = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

describe('the official Databricks SDK, of the workspace that stands in for Databricks in tests', () => {
  let directory: string
  let bucket: string
  let running: RunningFake

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-databricks-'))
    bucket = `file://${directory}`
    const orders = await createTable(`${bucket}/orders`, { schema: schemaOf([['id', 'long']]) })
    await orders.append([{ id: 1n }, { id: 2n }])
    await orders.settled()
    running = await startFakeDatabricks({ openTable: openStore, locations: { bucket } })
  })
  afterAll(async () => {
    await running?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  function asked(call: string, input: { readonly [member: string]: JsonValue } = {}): Promise<JsonValue> {
    return python('workspace', call, { host: running.url, token: running.fake.token, ...input })
  }

  test('knows who it is by a personal access token and by the secret of a service principal', async () => {
    const { clientId, clientSecret } = running.fake.identity
    expect(await asked('identity')).toMatchObject({ userName: clientId, active: true })
    const input = { host: running.url, clientId, clientSecret }
    expect(await python('workspace', 'identity', input)).toMatchObject({ userName: clientId })
  })

  test('makes schemas, grants privileges and registers tables', async () => {
    const { metastore, identity, storage } = running.fake
    metastore.privileges.own({ type: 'storage_credential', name: 'bucket' })
    storage.refusals.set('WRITE', 'it is full')
    const passes = (operation: string) => ({ operation, result: 'PASS' })
    const skipped = (operation: string) => ({ operation, result: 'SKIP', message: expect.any(String) })
    const read = [passes('READ'), passes('LIST')]
    const full = { operation: 'WRITE', result: 'FAIL', message: 'it is full' }
    const found = await asked('register', { location: `${bucket}/orders`, principal: identity.clientId })
    expect(found).toEqual({
      metastore: expect.objectContaining({
        global_metastore_id: metastore.globalId,
        delta_sharing_scope: 'INTERNAL_AND_EXTERNAL',
        delta_sharing_recipient_token_lifetime_in_seconds: 31_536_000,
        external_access_enabled: true,
      }),
      schema: expect.objectContaining({
        full_name: 'kadoa_prod.c_123',
        comment: 'another',
        owner: identity.clientId,
        properties: { k: 'v' },
      }),
      schemas: ['kadoa_prod.c_123'],
      catalog: expect.objectContaining({ name: 'kadoa_prod' }),
      grants: { privilege_assignments: [{ principal: 'otto', privileges: ['USE_SCHEMA'] }] },
      effective: {
        privilege_assignments: [
          {
            principal: identity.clientId,
            privileges: expect.arrayContaining([
              {
                privilege: 'EXTERNAL_USE_SCHEMA',
                inherited_from_type: 'CATALOG',
                inherited_from_name: 'kadoa_prod',
              },
            ]),
          },
        ],
      },
      created: expect.objectContaining({
        full_name: 'kadoa_prod.c_123.orders',
        table_type: 'EXTERNAL',
        data_source_format: 'DELTA',
        storage_location: `${bucket}/orders`,
        columns: [expect.objectContaining({ name: 'id', type_name: 'LONG', position: 0 })],
      }),
      exists: [true],
      listed: ['kadoa_prod.c_123.orders'],
      again: expect.objectContaining({ code: 'TABLE_ALREADY_EXISTS' }),
      overlapping: expect.objectContaining({ message: expect.stringContaining('overlaps') }),
      elsewhere: expect.objectContaining({ message: expect.stringContaining('No parent external location') }),
      unknown: expect.objectContaining({ class: 'NotFound', code: 'TABLE_DOES_NOT_EXIST' }),
      locations: [{ name: 'bucket', url: bucket, credential_name: 'bucket' }],
      tried: { isDir: true, results: [...read, skipped('WRITE'), skipped('DELETE'), passes('PATH_EXISTS')] },
      writing: { isDir: true, results: [...read, full, passes('DELETE'), passes('PATH_EXISTS')] },
      uncovered: expect.objectContaining({ message: expect.stringContaining('overlaps with an existing external') }),
      quotas: expect.arrayContaining([
        expect.objectContaining({ parent_securable_type: 'SCHEMA', quota_name: 'table-quota', quota_count: 1 }),
      ]),
    })
  })

  test('fills, changes and empties shares by PATCH', async () => {
    const shown = {
      name: 'kadoa_prod.c_123.orders',
      data_object_type: 'TABLE',
      shared_as: 'SHOP.ORDERS',
      status: 'ACTIVE',
    }
    expect(await asked('share', { table: 'kadoa_prod.c_123.orders' })).toMatchObject({
      created: { name: 'spring', comment: 'of a connector' },
      added: { objects: [{ ...shown, comment: 'orders', history_data_sharing_status: 'ENABLED', start_version: 1 }] },
      updated: { objects: [{ ...shown, comment: 'all orders', history_data_sharing_status: 'DISABLED' }] },
      again: { class: 'ResourceAlreadyExists' },
      removed: { name: 'spring' },
      listed: ['spring'],
      renamed: { name: 'summer', comment: 'later' },
      unknown: { class: 'NotFound', code: 'SHARE_DOES_NOT_EXIST' },
      deleted: null,
    })
  })

  test('invites recipients, grants to them and rotates their tokens', async () => {
    const select = (principal: string) => ({ principal, privileges: ['SELECT'] })
    expect(await asked('invite', { identifier })).toMatchObject({
      onDatabricks: {
        name: 'acme',
        authentication_type: 'DATABRICKS',
        data_recipient_global_metastore_id: identifier,
        region: 'us-west-2',
        properties_kvpairs: { properties: { team: 't_1' } },
      },
      found: ['acme'],
      twin: { code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining('same sharing identifier') },
      open: { activated: false, tokens: [{ activation_url: expect.stringContaining('?') }] },
      profile: { shareCredentialsVersion: 1, endpoint: expect.stringContaining('/api/2.0/delta-sharing/metastores/') },
      usedUp: { class: 'ResourceDoesNotExist' },
      rotated: { activated: true, tokens: [{}, { activation_url: expect.stringContaining('?') }] },
      rotatedAgain: { message: expect.stringContaining('already two active tokens') },
      granted: { privilege_assignments: [select('acme'), select('open')] },
      permissions: { privilege_assignments: [select('open')] },
      shares: { permissions_out: [{ share_name: 'summer', privilege_assignments: [select('open')] }] },
      changed: { name: 'opened', comment: 'by token' },
      moved: { privilege_assignments: [select('opened')] },
      left: ['acme'],
    })
  })

  test('runs statements, of which one that fails is told with 200', async () => {
    const statements = [
      "CREATE TABLE IF NOT EXISTS `kadoa_prod`.`c_123`.`by_sql` USING DELTA LOCATION 'file:///nowhere'",
      'MSCK REPAIR TABLE kadoa_prod.c_123.orders SYNC METADATA',
      'DROP TABLE kadoa_prod.c_123.orders',
      `CREATE TABLE kadoa_prod.c_123.by_sql USING DELTA LOCATION '${bucket}/orders'`,
      'make me a sandwich',
    ]
    const failed = (message: string) => ({
      status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message: expect.stringContaining(message) } },
    })
    const done = { status: { state: 'SUCCEEDED' } }
    const { warehouseId: warehouse } = running.fake.statements
    expect(await asked('execute', { warehouse, statements })).toMatchObject([
      failed('No parent external location'),
      done,
      done,
      done,
      failed('PARSE_SYNTAX_ERROR'),
    ])
    expect(running.fake.tables.find('kadoa_prod.c_123.by_sql')?.columns).toMatchObject([
      { name: 'id', type_name: 'LONG' },
    ])
  })

  test('follows statements that take their time', async () => {
    running.fake.statements.looksUntilDone = 3
    const { warehouseId: warehouse } = running.fake.statements
    expect(await asked('follow', { warehouse })).toEqual(['PENDING', 'RUNNING', 'RUNNING', 'SUCCEEDED', 'CANCELED'])
    running.fake.statements.looksUntilDone = 0
  })

  test('shares what the official Delta Sharing client reads by a credential that is given out once', async () => {
    const { fake } = running
    const call = async (method: string, path: string, body?: unknown): Promise<JsonValue> => {
      const response = await fetch(`${running.url}/api/2.1/unity-catalog/${path}`, {
        method,
        headers: { authorization: `Bearer ${fake.token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return parseJson(await response.text(), path)
    }
    fake.tables.provide('kadoa_prod.c_123.hidden', `${bucket}/hidden`)
    const shown = await createTable(`${bucket}/hosted`, {
      schema: schemaOf([
        ['id', 'long'],
        ['name', 'string'],
      ]),
    })
    await shown.append([{ id: 1n, name: 'Anna' }])
    await shown.settled()
    fake.tables.provide('kadoa_prod.c_123.hosted', `${bucket}/hosted`)
    await call('POST', 'shares', { name: 'hosted' })
    const hosted = { name: 'kadoa_prod.c_123.hosted', data_object_type: 'TABLE', shared_as: 'SHOP.PEOPLE' }
    await call('PATCH', 'shares/hosted', { updates: [{ action: 'ADD', data_object: hosted }] })
    await call('POST', 'recipients', { name: 'anna', authentication_type: 'TOKEN' })
    await call('PATCH', 'shares/hosted/permissions', { changes: [{ principal: 'anna', add: ['SELECT'] }] })
    const profile = join(directory, 'anna.share')
    const link = fake.recipients.linkOf('anna') ?? ''
    writeFileSync(
      profile,
      JSON.stringify(await call('GET', `public/data_sharing_activation/${encodeURIComponent(link)}`)),
    )

    expect(await python('shares', 'listing', { profile })).toMatchObject({ allTables: ['hosted.shop.people'] })
    const read = async () =>
      frame.array().parse(await python('shares', 'load_each', { profile, readings: [{ table: 'hosted.shop.people' }] }))
    expect(await read()).toMatchObject([{ rows: [{ id: 1, name: 'Anna' }] }])
    // What is committed is seen at once: nothing is pinned.
    await shown.append([{ id: 2n, name: 'Otto' }])
    expect((await read())[0]?.rows).toHaveLength(2)
    fake.metastore.privileges.own({ type: 'table', name: hosted.name }, 'somebody')
    expect(await python('shares', 'listing', { profile })).toMatchObject({ allTables: [] })
    await call('DELETE', 'recipients/anna')
    expect(await python('shares', 'refusal', { profile })).toBe(401)
  })
})
