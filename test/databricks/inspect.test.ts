import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/manifest/index.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { PlaneWorld } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const about = { share: 'sales', root: 'memory://tables', sharingIdentifier: METASTORE }

async function missing(world: PlaneWorld, given: Partial<typeof about> = {}): Promise<Finding[]> {
  return (await world.plane().inspect({ ...about, ...given })).filter(({ ok }) => !ok)
}

test('nothing is missing in a workspace that is set up, before a share is there and after, and nothing is changed', async () => {
  const world = new PlaneWorld()
  expect(await missing(world)).toEqual([])
  expect(world.changes()).toEqual([])
  await world.plane().createShare({ name: 'sales' })
  expect(await missing(world)).toEqual([])
})

const catalog = { type: 'catalog', name: 'kadoa_prod' } as const
const place = { type: 'external_location', name: 'tables' } as const

test.each<[string, (world: PlaneWorld) => void, string, RegExp]>([
  [
    'the privilege to make shares',
    ({ fake }) => fake.metastore.privileges.revoke(fake.metastore.securable, ['CREATE_SHARE']),
    'privileges',
    /^a metastore admin runs: GRANT CREATE SHARE ON METASTORE TO `/,
  ],
  [
    'the privilege to register tables from outside',
    ({ fake }) => fake.metastore.privileges.revoke(catalog, ['EXTERNAL_USE_SCHEMA']),
    'privileges',
    /^the owner of the catalog.* runs: GRANT EXTERNAL USE SCHEMA ON CATALOG `kadoa_prod` TO `/,
  ],
  [
    'the privilege to make tables in the place',
    ({ fake }) => fake.metastore.privileges.revoke(place, ['CREATE_EXTERNAL_TABLE']),
    'privileges',
    /^the owner of the external location or a metastore admin runs: GRANT CREATE EXTERNAL TABLE ON EXTERNAL LOCATION `tables`/,
  ],
  [
    'access from outside',
    ({ fake }) => {
      fake.metastore.externalAccessEnabled = false
    },
    'external-access',
    /metastore admin turns it on/,
  ],
  [
    'room for another share',
    ({ fake }) => {
      fake.metastore.limits.sharesPerMetastore = 0
    },
    'quota',
    /raise the limit/,
  ],
  [
    'the right to look',
    ({ fake }) => fake.troubles.on(/^GET metastore_summary/, refusing(403, 'PERMISSION_DENIED', 'No access')),
    'permission',
    /metastore admin/,
  ],
])('%s that is missing is named, with who can give it and how', async (_, spoil, check, remedy) => {
  const world = new PlaneWorld()
  spoil(world)
  expect(await missing(world)).toEqual([
    expect.objectContaining({ check, remedy: expect.stringMatching(remedy), message: expect.stringMatching(/./) }),
  ])
})

describe('a metastore on which Delta Sharing is off', () => {
  test('is told to share nothing', async () => {
    const world = new PlaneWorld()
    world.fake.metastore.sharingScope = undefined
    const message = expect.stringContaining('shares nothing: its Delta Sharing scope is none')
    expect(await missing(world)).toEqual([expect.objectContaining({ check: 'sharing-scope', message })])
  })

  test('is told of where its settings do not say so and it refuses to tell of its recipients', async () => {
    const world = new PlaneWorld()
    world.fake.troubles.on(/^GET recipients/, refusing(400, 'FEATURE_DISABLED', 'Delta Sharing is not enabled'), 9)
    const remedy = expect.stringMatching(/^an account admin/)
    expect(await missing(world)).toEqual([expect.objectContaining({ check: 'sharing-scope', remedy })])
  })
})

describe('the privilege', () => {
  const metastorePrivileges = ['CREATE_SHARE', 'CREATE_RECIPIENT', 'USE_RECIPIENT']

  test('to make or to use a recipient is named before there is one', async () => {
    const world = new PlaneWorld()
    world.fake.metastore.privileges.revoke(world.fake.metastore.securable, metastorePrivileges)
    const grants = (await missing(world)).map(({ remedy }) => /GRANT (.*) ON METASTORE/.exec(remedy)?.[1])
    expect(grants).toEqual(['CREATE SHARE', 'CREATE RECIPIENT', 'USE RECIPIENT'])
  })

  test('to make what is there already, whoever made it, is none that is missing', async () => {
    const world = new PlaneWorld()
    await world.plane().createShare({ name: 'sales' })
    const { recipients } = world.catalog()
    await recipients.create({ name: 'theirs', authenticationType: 'DATABRICKS', sharingIdentifier: METASTORE })
    await recipients.update('theirs', { owner: 'somebody' })
    world.fake.metastore.privileges.revoke(world.fake.metastore.securable, ['CREATE_SHARE', 'CREATE_RECIPIENT'])
    expect(await missing(world)).toEqual([])
    await world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
    await world.plane().grantShare({ recipient: 'acme', share: 'sales' })
    expect(world.readers('sales')).toEqual(['theirs'])
  })
})

describe('sharing within the account only', () => {
  const within = (isAdmin: boolean, ...siblings: string[]): PlaneWorld => {
    const world = new PlaneWorld()
    world.fake.metastore.sharingScope = 'INTERNAL'
    world.fake.metastore.isAdmin = isAdmin
    world.fake.metastore.siblings.push(...siblings)
    return world
  }

  test('is enough for a metastore of the account', async () => {
    const world = within(true, METASTORE)
    expect(await missing(world)).toEqual([])
    expect(await world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE })).toBeUndefined()
    expect(world.warnings).toEqual([])
  })

  test('is not for one of another, nor for a token', async () => {
    const world = within(true)
    const remedy = expect.stringMatching(/^an account admin/)
    const message = expect.stringContaining(`${METASTORE} is of another`)
    expect(await missing(world)).toEqual([expect.objectContaining({ check: 'sharing-scope', message, remedy })])
    const { share, root } = about
    const byToken = (await world.plane().inspect({ share, root })).filter(({ ok }) => !ok)
    expect(byToken.map(({ check, message: said }) => [check, said])).toEqual([
      ['sharing-scope', expect.stringContaining('a token is read from anywhere')],
    ])
  })

  test('is warned of where only an administrator is told what is of the account, and the workspace decides', async () => {
    const world = within(false)
    expect(await missing(world)).toEqual([])
    expect(world.warnings).toEqual([expect.stringContaining(`whether ${METASTORE} is of it is not told to`)])
    await expect(world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE })).rejects.toMatchObject({
      code: 'unsupported',
      details: { blame: 'kadoa', feature: 'Delta Sharing' },
    })
  })
})

test('a cloud that is not known passes, and is named', async () => {
  const sharingIdentifier = METASTORE.replace('aws', 'foo')
  const findings = await new PlaneWorld().plane().inspect({ ...about, sharingIdentifier })
  expect(findings.find(({ check }) => check === 'sharing-identifier')).toMatchObject({
    ok: true,
    message: expect.stringContaining('on foo, where Databricks is not known to run'),
  })
})

test('a place that no external location covers is told with the statements that make one', async () => {
  const [finding, ...more] = await missing(new PlaneWorld(), { root: 's3://elsewhere/tables' })
  expect([finding?.check, more]).toEqual(['external-location', []])
  expect(finding?.remedy).toContain("CREATE EXTERNAL LOCATION IF NOT EXISTS <name> URL 's3://elsewhere/tables'")
  const [quoted] = await missing(new PlaneWorld(), { root: "s3://elsewhere/ann's" })
  expect(quoted?.remedy).toContain("URL 's3://elsewhere/ann\\'s'")
})

test('an external location that is read-only is told, and not that we do not see its credential, which we need not', async () => {
  const world = new PlaneWorld()
  const locations = [{ name: 'tables', url: 'memory://tables', credential_name: 'nobodys', read_only: true }]
  const instead = Response.json({ external_locations: locations })
  world.fake.troubles.on(/^GET external-locations/, { instead })
  expect((await missing(world)).map(({ check }) => check)).toEqual(['external-location'])
})

test('a catalog that is not there, or a schema of somebody else, is told', async () => {
  const world = new PlaneWorld()
  const plane = world.plane({ catalogName: 'nowhere' })
  expect((await plane.inspect(about)).filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['catalog'])
  world.fake.namespaces.provideSchema('kadoa_prod.sales')
  expect((await missing(world)).map(({ check }) => check)).toContain('schema')
})

test.each([
  ['that is none', 'aws:us-west-2', /is no sharing identifier/],
  ['of our own metastore', undefined, /is the metastore that shares/],
])('a sharing identifier %s is the customer’s move', async (_, given, message) => {
  const world = new PlaneWorld()
  const sharingIdentifier = given ?? world.fake.metastore.globalId
  const found = await missing(world, { sharingIdentifier })
  expect(found).toEqual([
    expect.objectContaining({
      check: 'sharing-identifier',
      blame: 'customer',
      message: expect.stringMatching(message),
    }),
  ])
})

describe('privileges that a group has', () => {
  test('are ours where we are in it, its own included', async () => {
    const world = new PlaneWorld()
    const { privileges, securable } = world.fake.metastore
    privileges.revoke(securable, ['CREATE_SHARE'])
    privileges.grant(securable, ['CREATE_SHARE'], 'publishers')
    privileges.revoke(catalog, ['USE_CATALOG', 'CREATE_SCHEMA'])
    privileges.own(catalog, 'admins')
    privileges.groups.push('publishers', 'admins')
    expect(await missing(world)).toEqual([])
    await world.plane().createShare({ name: 'sales' })
    expect(await missing(world)).toEqual([])
  })

  test('are not called missing where we may be in it by way of another, and the group is named', async () => {
    const world = new PlaneWorld()
    const { privileges, securable } = world.fake.metastore
    privileges.revoke(securable, ['CREATE_SHARE'])
    privileges.grant(securable, ['CREATE_SHARE'], 'everybody who publishes')
    const findings = await world.plane().inspect(about)
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    expect(findings.map(({ message }) => message).join()).toContain('and everybody who publishes has')
  })

  test('are missing where only a person, or another service principal, has them', async () => {
    const world = new PlaneWorld()
    const { privileges, securable } = world.fake.metastore
    privileges.revoke(securable, ['CREATE_SHARE'])
    for (const who of ['ann@example.com', '0b5ee1a2-54bc-43a2-87de-023d0ec16016']) {
      privileges.grant(securable, ['CREATE_SHARE'], who)
    }
    expect((await missing(world)).map(({ check }) => check)).toEqual(['privileges'])
  })
})

test('a recipient by token that somebody renamed is told of by both names, until it has its own again', async () => {
  const world = new PlaneWorld()
  const plane = world.plane()
  await plane.createShare({ name: 'sales' })
  await plane.createRecipient({ name: 'Acme' })
  await plane.grantShare({ recipient: 'Acme', share: 'sales' })
  expect(await missing(world)).toEqual([])
  const { recipients } = world.catalog()
  await recipients.update('acme', { newName: 'acme_inc' })
  expect(await missing(world)).toEqual([
    expect.objectContaining({
      check: 'renamed-recipient',
      message: expect.stringContaining('recipient acme is called acme_inc'),
      remedy: expect.stringContaining('ALTER RECIPIENT `acme_inc` RENAME TO `acme`'),
    }),
  ])
  await recipients.update('acme_inc', { newName: 'acme' })
  expect(await missing(world)).toEqual([])
  await plane.revokeRecipient('Acme')
  expect(await missing(world)).toEqual([])
})

test('a metastore that is full of recipients has room for who has his already, and for no other', async () => {
  const world = new PlaneWorld()
  const authenticationType = 'DATABRICKS'
  await world.catalog().recipients.create({ name: 'theirs', authenticationType, sharingIdentifier: METASTORE })
  world.fake.metastore.limits.recipientsPerMetastore = 1
  expect(await missing(world, { sharingIdentifier: ` ${METASTORE.toUpperCase()}` })).toEqual([])
  const other = METASTORE.replace('19a8', '0000')
  expect((await missing(world, { sharingIdentifier: other })).map(({ check }) => check)).toEqual(['quota'])
  const { share, root } = about
  const byToken = (await world.plane().inspect({ share, root })).filter(({ ok }) => !ok)
  expect(byToken.map(({ check }) => check)).toEqual(['quota'])
  const malformed = await missing(world, { sharingIdentifier: 'aws:us-west-2' })
  expect(malformed.map(({ check }) => check)).toEqual(['sharing-identifier', 'quota'])
})

describe('a recipient by token that was renamed', () => {
  async function renamed(): Promise<PlaneWorld> {
    const world = new PlaneWorld()
    const plane = world.plane()
    await plane.createShare({ name: 'sales' })
    await plane.createRecipient({ name: 'acme' })
    await plane.grantShare({ recipient: 'acme', share: 'sales' })
    await world.catalog().recipients.update('acme', { newName: 'acme_inc' })
    return world
  }

  test('is told of to whoever asks for readers alone, and nothing else is asked of Databricks for them', async () => {
    const world = await renamed()
    world.fake.calls.splice(0)
    const found = await world.plane().inspect({ ...about, only: 'readers' })
    expect(found).toEqual([expect.objectContaining({ check: 'renamed-recipient', recipient: 'acme_inc' })])
    expect(world.fake.calls.filter(({ path }) => !/Me$|recipients|permissions/.test(path))).toEqual([])
  })

  test('is told of beside readers whom we may not see, whatever their names', async () => {
    const world = await renamed()
    const { recipients, shares } = world.catalog()
    for (const name of ['aaa_theirs', 'acme']) {
      await recipients.create({ name, authenticationType: 'TOKEN' })
      await shares.updatePermissions('sales', [{ recipient: name, add: ['SELECT'] }])
      await recipients.update(name, { owner: 'somebody' })
    }
    world.fake.metastore.privileges.revoke(world.fake.metastore.securable, ['USE_RECIPIENT'])
    const { share, root } = about
    const found = (await world.plane().inspect({ share, root })).filter(({ ok }) => !ok)
    expect(found).toEqual([expect.objectContaining({ check: 'renamed-recipient' })])
  })

  test('is told of with the stranger who has its name by now, and who must give it back', async () => {
    const world = await renamed()
    await world.catalog().recipients.create({ name: 'acme', authenticationType: 'TOKEN' })
    expect(await missing(world)).toEqual([
      expect.objectContaining({
        check: 'strange-recipient',
        message: expect.stringContaining('has a recipient acme that is not ours'),
        remedy: expect.stringContaining('COMMENT ON RECIPIENT `acme` IS'),
      }),
      expect.objectContaining({ check: 'renamed-recipient' }),
    ])
  })
})

test('what only an administrator may look at, and needs not be known, is not missing', async () => {
  const world = new PlaneWorld()
  const refusal = refusing(403, 'PERMISSION_DENIED', 'Only administrators can do this')
  world.fake.troubles.on(/^GET resource-quotas/, refusal)
  expect(await missing(world)).toEqual([])
  world.fake.troubles.on(/^GET effective-permissions\/metastore\/[^?]*\?(?!.*principal)/, refusal)
  world.fake.metastore.privileges.revoke(world.fake.metastore.securable, ['CREATE_SHARE'])
  expect((await missing(world)).map(({ check }) => check)).toEqual(['privileges'])
})

test('what others put into a share is told of with a statement that takes out just that, whatever it is called', async () => {
  const world = new PlaneWorld()
  await world.plane().createShare({ name: 'sales' })
  const { name, owner, comment } = await world.catalog().shares.get('sales')
  const objects = [
    { name: 'kadoa-eu.sales', data_object_type: 'SCHEMA' },
    { name: 'other.place.mine', data_object_type: 'MATERIALIZED_VIEW', shared_as: 'shop.mine' },
  ]
  world.fake.troubles.on(/^GET shares\/sales\?/, { instead: Response.json({ name, owner, comment, objects }) }, 9)
  const findings = await world.plane().inspect({ share: 'sales', root: 'memory://tables' })
  const remedies = findings.filter(({ check }) => check === 'strange-object').map(({ remedy }) => remedy)
  expect(remedies.map((remedy) => remedy.replace(/^.* REMOVE /, ''))).toEqual([
    'SCHEMA `kadoa-eu`.`sales`',
    'MATERIALIZED VIEW `other`.`place`.`mine`',
  ])
})
