import { expect, test } from 'vitest'
import { FakeDatabricks } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

test('a metastore tells its sharing identifier and settings', async () => {
  const fake = new FakeDatabricks()
  const { metastore } = clientOf(fake)
  expect(await metastore.summary()).toEqual({
    metastoreId: fake.metastore.id,
    globalMetastoreId: `aws:us-east-1:${fake.metastore.id}`,
    name: 'main',
    deltaSharingScope: 'INTERNAL_AND_EXTERNAL',
    tokenLifetime: 365 * 86_400_000,
    externalAccessEnabled: true,
  })
  fake.metastore.tokenLifetime = 0
  expect((await metastore.summary()).tokenLifetime).toBeUndefined()
})

test('the metastores of the account are told to an administrator', async () => {
  const fake = new FakeDatabricks()
  const { metastore } = clientOf(fake)
  await expect(metastore.siblings()).rejects.toMatchObject({ code: 'permission-denied' })
  fake.metastore.isAdmin = true
  fake.metastore.siblings.push('aws:eu-west-1:another')
  expect(await metastore.siblings()).toEqual([fake.metastore.globalId, 'aws:eu-west-1:another'])
})

test('a metastore without an identifier is no answer, and the member is named', async () => {
  const fake = new FakeDatabricks()
  fake.troubles.push({ instead: Response.json({ metastore_id: 'a', name: 'b', unknown: 1 }) })
  await expect(clientOf(fake).metastore.summary()).rejects.toMatchObject({
    code: 'invalid-data',
    message: expect.stringContaining('global_metastore_id'),
  })
})

test('quotas are listed over all pages', async () => {
  const fake = new FakeDatabricks()
  for (const name of ['a', 'b', 'c']) fake.tables.provide(`kadoa_prod.s.${name}`)
  const quotas = await clientOf(fake).quotas.list()
  expect(quotas.map(({ name, count, limit }) => [name, count, limit])).toEqual([
    ['share-quota', 0, 1000],
    ['recipient-quota', 0, 5000],
    ['table-quota', 3, 10_000],
  ])
  expect(quotas[2]).toMatchObject({ parentType: 'SCHEMA', parentName: 'kadoa_prod.s' })
})

test('one share too many is a quota that is full', async () => {
  const fake = new FakeDatabricks()
  fake.metastore.limits.sharesPerMetastore = 1
  const { shares } = clientOf(fake)
  await shares.create({ name: 'a' })
  await expect(shares.create({ name: 'b' })).rejects.toMatchObject({
    code: 'unsupported',
    details: { blame: 'databricks', feature: 'quota' },
  })
})

test('places in storage are listed, and their credentials found', async () => {
  const fake = new FakeDatabricks({ locations: { one: 's3://one', two: 's3://two', three: 's3://three' } })
  const { externalLocations, storageCredentials } = clientOf(fake)
  const found = await externalLocations.list()
  expect(found.map(({ name, url, credentialName, readOnly }) => [name, url, credentialName, readOnly])).toEqual([
    ['one', 's3://one', 'one', false],
    ['two', 's3://two', 'two', false],
    ['three', 's3://three', 'three', false],
  ])
  expect(await storageCredentials.find('one')).toMatchObject({
    name: 'one',
    role: { arn: expect.stringContaining(':role/one'), externalId: 'external-id' },
  })
  expect(await storageCredentials.find('nowhere')).toBeUndefined()
})

test('privileges are told with those that come from above, once each', async () => {
  const fake = new FakeDatabricks()
  fake.namespaces.provideSchema('kadoa_prod.s')
  fake.metastore.privileges.grant({ type: 'schema', name: 'kadoa_prod.s' }, ['USE_SCHEMA', 'MODIFY'])
  fake.metastore.privileges.grant({ type: 'schema', name: 'kadoa_prod.s' }, ['SELECT'], 'somebody else')
  const { grants, me } = clientOf(fake)
  const { name: principal } = await me()
  const held = await grants.effective({ type: 'schema', name: 'kadoa_prod.s', principal })
  expect(held.sort()).toEqual([
    'CREATE_SCHEMA',
    'CREATE_TABLE',
    'EXTERNAL_USE_SCHEMA',
    'MODIFY',
    'USE_CATALOG',
    'USE_SCHEMA',
  ])
  expect(await grants.effective({ type: 'schema', name: 'kadoa_prod.s', principal: 'nobody' })).toEqual([])
  const holders = await grants.holders({ type: 'schema', name: 'kadoa_prod.s' })
  expect(holders).toContainEqual({ principal: 'somebody else', privileges: ['SELECT'] })
})

test('whoever was deleted and has privileges still, by an id and no name, is nobody', async () => {
  const fake = new FakeDatabricks()
  const here = { principal: 'otto', privileges: [{ privilege: 'SELECT' }] }
  const gone = { principal_id: 1, privileges: [{ privilege: 'SELECT' }] }
  fake.troubles.push({ instead: Response.json({ privilege_assignments: [gone, here, { ...gone, principal: '' }] }) })
  expect(await clientOf(fake).grants.holders({ type: 'metastore', name: 'm' })).toEqual([
    { principal: 'otto', privileges: ['SELECT'] },
  ])
})
