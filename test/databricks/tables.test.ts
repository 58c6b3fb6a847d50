import { describe, expect, test } from 'vitest'
import { catalogColumns, type NewCatalogTable } from '../../src/databricks/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { answerLost, FakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const schema = parseSchema({ type: 'struct', fields: [{ name: 'id', type: 'long', nullable: false, metadata: {} }] })
const prices: NewCatalogTable = {
  catalog: 'kadoa_prod',
  schema: 'c_123',
  name: 'Prices',
  location: 's3://kadoa-share-acme/tables/prices',
  columns: catalogColumns(schema),
}

async function withSchema() {
  const fake = new FakeDatabricks()
  const catalog = clientOf(fake)
  await catalog.schemas.create({ catalog: 'kadoa_prod', name: 'c_123', comment: 'ours', properties: { a: '1' } })
  return { fake, ...catalog }
}

describe('a table', () => {
  test('is registered where it lies, found, and forgotten', async () => {
    const { fake, tables } = await withSchema()
    const created = await tables.create({ ...prices, properties: { a: '1' } })
    expect(created).toEqual({
      name: 'prices',
      fullName: 'kadoa_prod.c_123.prices',
      location: prices.location,
      type: 'EXTERNAL',
      format: 'DELTA',
      comment: undefined,
      owner: 'sp-uuid',
      createdAt: expect.any(Number),
    })
    expect(fake.calls.at(-1)?.body).toEqual({
      name: 'Prices',
      catalog_name: 'kadoa_prod',
      schema_name: 'c_123',
      table_type: 'EXTERNAL',
      data_source_format: 'DELTA',
      storage_location: prices.location,
      columns: [
        {
          name: 'id',
          type_name: 'LONG',
          type_text: 'bigint',
          type_json: '{"name":"id","type":"long","nullable":false,"metadata":{}}',
          position: 0,
          nullable: false,
        },
      ],
      properties: { a: '1' },
    })
    expect(await tables.get('KADOA_PROD.c_123.prices')).toEqual(created)
    await tables.delete(created.fullName)
    expect(await tables.find(created.fullName)).toBeUndefined()
    await expect(tables.get(created.fullName)).rejects.toMatchObject({ code: 'not-found' })
    await expect(tables.delete(created.fullName)).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each(['kadoa_prod.nowhere.t', 'nowhere.s.t'])('that can be nowhere is not found: %s', async (fullName) => {
    const { tables } = await withSchema()
    expect(await tables.find(fullName)).toBeUndefined()
  })

  test('is not taken for absent where the host is no workspace', async () => {
    const { fake, tables } = await withSchema()
    const body = { error_code: 'ENDPOINT_NOT_FOUND', message: 'No API found' }
    fake.troubles.push({ instead: Response.json(body, { status: 404 }) })
    await expect(tables.find('a.b.c')).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('of a name that is taken is told from one whose place is taken', async () => {
    const { tables } = await withSchema()
    await tables.create(prices)
    await expect(tables.create({ ...prices, location: `${prices.location}2` })).rejects.toMatchObject({
      code: 'already-exists',
    })
    await expect(tables.create({ ...prices, name: 'other' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('overlaps'),
    })
  })

  test('that was registered, its answer lost, is found by whoever looks', async () => {
    const { fake, tables } = await withSchema()
    fake.troubles.push(answerLost)
    await expect(tables.create(prices)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await tables.find('kadoa_prod.c_123.prices')).toMatchObject({ location: prices.location })
  })

  test('needs privileges, of which the one that is missing is named', async () => {
    const { fake, tables } = await withSchema()
    fake.metastore.privileges.revoke({ type: 'external_location', name: 'kadoa' }, ['EXTERNAL_USE_LOCATION'])
    await expect(tables.create(prices)).rejects.toMatchObject({
      code: 'permission-denied',
      details: { blame: 'kadoa' },
      message: expect.stringContaining('GRANT EXTERNAL USE LOCATION ON EXTERNAL LOCATION `kadoa` TO'),
    })
  })

  test('is listed with all others of its schema, a view too', async () => {
    const { fake, tables } = await withSchema()
    for (const name of ['a', 'b', 'c']) fake.tables.provide(`kadoa_prod.c_123.${name}`)
    const view = { name: 'v', full_name: 'kadoa_prod.c_123.v', table_type: 'VIEW' }
    fake.troubles.push({ instead: Response.json({ tables: [view], next_page_token: 'full:0' }) })
    const listed = await tables.list({ catalog: 'kadoa_prod', schema: 'c_123' })
    expect(listed.map(({ name, location }) => [name, location !== ''])).toEqual([
      ['v', false],
      ['a', true],
      ['b', true],
      ['c', true],
    ])
    await expect(tables.list({ catalog: 'kadoa_prod', schema: 'nowhere' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('a schema', () => {
  test('is found with what was said of it, and made once', async () => {
    const { schemas } = await withSchema()
    expect(await schemas.find('kadoa_prod.c_123')).toEqual({
      name: 'c_123',
      catalog: 'kadoa_prod',
      comment: 'ours',
      owner: 'sp-uuid',
      properties: { a: '1' },
    })
    await expect(schemas.create({ catalog: 'kadoa_prod', name: 'C_123' })).rejects.toMatchObject({
      code: 'already-exists',
    })
    await expect(schemas.create({ catalog: 'nowhere', name: 's' })).rejects.toMatchObject({ code: 'not-found' })
    expect(await schemas.find('nowhere.s')).toBeUndefined()
  })

  test('is never deleted with tables in it', async () => {
    const { fake, schemas } = await withSchema()
    fake.tables.provide('kadoa_prod.c_123.t')
    await expect(schemas.delete('kadoa_prod.c_123')).rejects.toMatchObject({ code: 'invalid-argument' })
    fake.tables.drop('kadoa_prod.c_123.t')
    await schemas.delete('kadoa_prod.c_123')
    expect(await schemas.find('kadoa_prod.c_123')).toBeUndefined()
  })
})

test('a catalog is found, or not', async () => {
  const { catalogs } = await withSchema()
  expect(await catalogs.find('kadoa_prod')).toMatchObject({ name: 'kadoa_prod', owner: 'admins' })
  expect(await catalogs.find('nowhere')).toBeUndefined()
})
