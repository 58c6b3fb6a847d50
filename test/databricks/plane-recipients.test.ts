import { describe, expect, test } from 'vitest'
import type { SharePlane } from '../../src/manifest/index.ts'
import { refusing } from '../fakes/unity-catalog/index.ts'
import { failureOf } from './failure-of.ts'
import { type PlaneWorld, Strike, withShares } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

test('the recipient that a metastore has already is taken, with a word, and never deleted by us', async () => {
  const world = await withShares('sales')
  const authenticationType = 'DATABRICKS'
  await world.catalog().recipients.create({ name: 'theirs', authenticationType, sharingIdentifier: METASTORE })
  const plane = world.plane()
  expect(
    await plane.createRecipient({ name: 'acme', sharingIdentifier: ` ${METASTORE.toUpperCase()}\n` }),
  ).toBeUndefined()
  expect(world.warnings.join()).toMatch(/recipient theirs already/)
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  expect(await plane.recipientsOf('sales')).toEqual(['acme'])
  await plane.dropRecipient('acme')
  expect(await plane.recipientsOf('sales')).toEqual([])
  expect((await world.catalog().recipients.get('theirs')).sharingIdentifier).toBe(METASTORE)
})

test('it is known whatever letters its name has there', async () => {
  const world = await withShares('sales')
  const authenticationType = 'DATABRICKS'
  const theirs = await world
    .catalog()
    .recipients.create({ name: 'theirs', authenticationType, sharingIdentifier: METASTORE })
  const told = { name: 'Theirs', data_recipient_global_metastore_id: theirs.sharingIdentifier }
  world.fake.troubles.on(/^GET recipients\?/, { instead: Response.json({ recipients: [told] }) })
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  expect(await plane.recipientsOf('sales')).toEqual(['acme'])
})

test('two of ours may be one in the catalog: each reads what was granted to it, and the last takes it along', async () => {
  const world = await withShares('sales', 'stock')
  const plane = world.plane()
  for (const [name, share] of [
    ['acme', 'sales'],
    ['bolt', 'stock'],
  ] as const) {
    await plane.createRecipient({ name, sharingIdentifier: METASTORE })
    await plane.grantShare({ recipient: name, share })
  }
  expect(world.fake.recipients.count).toBe(1)
  expect([await plane.recipientsOf('sales'), await plane.recipientsOf('stock')]).toEqual([['acme'], ['bolt']])
  expect((await plane.listRecipients()).map(({ shares }) => shares)).toEqual([['sales'], ['stock']])
  await plane.grantShare({ recipient: 'bolt', share: 'sales' })
  await plane.ungrantShare({ recipient: 'bolt', share: 'sales' })
  expect(await plane.recipientsOf('sales')).toEqual(['acme'])
  await plane.dropRecipient('acme')
  expect([world.fake.recipients.count, await plane.recipientsOf('stock')]).toEqual([1, ['bolt']])
  await plane.dropRecipient('bolt')
  expect(world.fake.recipients.count).toBe(0)
})

test('one that we made stays while it reads a share of somebody else', async () => {
  const world = await withShares('sales')
  await world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  await world.catalog().shares.create({ name: 'theirs' })
  await world.catalog().shares.updatePermissions('theirs', [{ recipient: 'acme', add: ['SELECT'] }])
  await world.plane().dropRecipient('acme')
  expect(world.fake.recipients.count).toBe(1)
})

test.each([
  ['malformed', 'aws:us-west-2'],
  ['of a cloud that Databricks does not know', METASTORE.replace('aws', 'moon')],
  ['our own', undefined],
])('a sharing identifier that is %s is the customer’s to set right, and nothing is made', async (_, given) => {
  const world = await withShares('sales')
  world.changes()
  const sharingIdentifier = given ?? world.fake.metastore.globalId
  const error = await failureOf(world.plane().createRecipient({ name: 'acme', sharingIdentifier }))
  expect([error.code, error.details.blame]).toEqual(['invalid-argument', 'customer'])
  expect([world.fake.recipients.count, await world.plane().listRecipients()]).toEqual([0, []])
})

test.each([
  ['of the identifier', "Cannot resolve target shard for 'it'", 'customer'],
  ['of it in other words', 'The global metastore ID is not valid.', 'customer'],
  ['of it by itself', `No such region: '${METASTORE}'`, 'customer'],
  ['of something else', 'Recipient name kadoa.acme is not a valid name', 'kadoa'],
])('a recipient that Databricks does not take because %s is that one’s move', async (_, said, blame) => {
  const world = await withShares('sales')
  world.fake.troubles.on(/^POST recipients$/, refusing(400, 'INVALID_PARAMETER_VALUE', said))
  const error = await failureOf(world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE }))
  expect([error.code, error.details.blame]).toEqual(['invalid-argument', blame])
  expect(error.message.includes('have the customer check')).toBe(blame === 'customer')
})

test('a recipient that somebody else made under our name is not taken over', async () => {
  const world = await withShares('sales')
  await world.catalog().recipients.create({ name: 'acme', authenticationType: 'TOKEN' })
  for (const terms of [{}, { sharingIdentifier: METASTORE }]) {
    expect((await failureOf(world.plane().createRecipient({ name: 'acme', ...terms }))).code).toBe('already-exists')
  }
})

test.each([{}, { sharingIdentifier: METASTORE }])(
  'one that an attempt left which died, made for %j, is told for ours where its name is to be of another metastore',
  async (terms) => {
    const world = await withShares('sales')
    const dying = world.plane({}, new Strike(1, 'dies after'))
    await failureOf(dying.createRecipient({ name: 'acme', ...terms }))
    const sharingIdentifier = METASTORE.replace('19a8', '0000')
    const again = () => world.plane().createRecipient({ name: 'acme', sharingIdentifier })
    const { code, message } = await failureOf(again())
    expect([code, message]).toEqual(['already-exists', expect.stringMatching(/that we made.* DROP RECIPIENT `acme`;/)])
    await world.catalog().recipients.delete('acme')
    await again()
    expect((await world.plane().showRecipient('acme')).status).toBe('active')
  },
)

test('what one known by its metastore does not have is refused by name', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  const terms = { sharingIdentifier: METASTORE, allowedIps: ['10.0.0.0/8'] }
  expect((await failureOf(plane.createRecipient({ name: 'acme', ...terms }))).code).toBe('unsupported')
  await plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  expect((await failureOf(plane.revokeRecipient('acme'))).message).toMatch(/no token/)
  expect((await failureOf(plane.setRecipient({ name: 'acme', allowedIps: ['10.0.0.0/8'] }))).code).toBe('unsupported')
})

test('one that was deleted in Databricks is made anew when it is granted something', async () => {
  const world = await withShares('sales')
  await world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  await world.catalog().recipients.delete('acme')
  expect((await world.plane().showRecipient('acme')).status).toBe('uninvited')
  await world.plane().grantShare({ recipient: 'acme', share: 'sales' })
  expect((await world.plane().showRecipient('acme')).status).toBe('active')
})

test('somebody else who has our name in Databricks by now is granted nothing, told apart, and can be shut out', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  const { recipients, shares } = world.catalog()
  await recipients.update('acme', { newName: 'customer' })
  const sharingIdentifier = METASTORE.replace('19a8', '0000')
  await recipients.create({ name: 'acme', authenticationType: 'DATABRICKS', sharingIdentifier })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  expect(world.readers('sales')).toEqual(['customer'])
  await shares.updatePermissions('sales', [{ recipient: 'acme', add: ['SELECT'] }])
  expect(await plane.recipientsOf('sales')).toEqual(['acme', 'acme (in Unity Catalog)'])
  await plane.ungrantShare({ recipient: 'acme (in Unity Catalog)', share: 'sales' })
  expect([world.readers('sales'), await plane.recipientsOf('sales')]).toEqual([['customer'], ['acme']])
  await recipients.delete('customer')
  const error = await failureOf(plane.grantShare({ recipient: 'acme', share: 'sales' }))
  expect([error.code, error.details.blame, world.readers('sales')]).toEqual(['already-exists', 'kadoa', []])
  expect(error.message).toContain('ALTER RECIPIENT `acme` RENAME TO')
  await plane.dropRecipient('acme')
  expect((await recipients.get('acme')).sharingIdentifier).toBe(sharingIdentifier)
})

test('a recipient of the metastore that we do not see is told of with the privilege that shows it', async () => {
  const world = await withShares('sales')
  const authenticationType = 'DATABRICKS'
  const { recipients } = world.catalog()
  await recipients.create({ name: 'theirs', authenticationType, sharingIdentifier: METASTORE })
  await recipients.update('theirs', { owner: 'somebody' })
  world.fake.metastore.privileges.revoke(world.fake.metastore.securable, ['USE_RECIPIENT'])
  const error = await failureOf(world.plane().createRecipient({ name: 'acme', sharingIdentifier: METASTORE }))
  expect([error.code, error.message]).toEqual([
    'already-exists',
    expect.stringContaining('GRANT USE RECIPIENT ON METASTORE'),
  ])
})

test('a reader whom we do not see is a stranger', async () => {
  const world = await withShares('sales')
  const { recipients, shares } = world.catalog()
  await recipients.create({ name: 'theirs', authenticationType: 'TOKEN' })
  await shares.updatePermissions('sales', [{ recipient: 'theirs', add: ['SELECT'] }])
  await recipients.update('theirs', { owner: 'somebody' })
  world.fake.metastore.privileges.revoke(world.fake.metastore.securable, ['USE_RECIPIENT'])
  expect(await world.plane().recipientsOf('sales')).toEqual(['theirs'])
})

test('a share that is taken away while the tokens are revoked does not come back with the next link', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme' })
  await plane.grantShare({ recipient: 'acme', share: 'sales' })
  await plane.revokeRecipient('acme')
  await plane.ungrantShare({ recipient: 'acme', share: 'sales' })
  await plane.rotateRecipient({ name: 'acme' })
  expect([world.readers('sales'), (await plane.showRecipient('acme')).shares]).toEqual([[], []])
})

test('addresses change in Databricks too, and a revocation ends everything there', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme', allowedIps: ['10.0.0.0/8'] })
  await plane.setRecipient({ name: 'acme', allowedIps: ['192.0.2.0/24'] })
  expect((await world.catalog().recipients.get('acme')).allowedIps).toEqual(['192.0.2.0/24'])
  await plane.revokeRecipient('acme')
  expect([world.fake.recipients.count, (await plane.showRecipient('acme')).status]).toEqual([0, 'expired'])
  await plane.rotateRecipient({ name: 'acme' })
  expect((await world.catalog().recipients.get('acme')).allowedIps).toEqual(['192.0.2.0/24'])
})

test('who reads a share behind our back is told by his name in the catalog, and can be shut out', async () => {
  const world = await withShares('sales')
  await world.catalog().recipients.create({ name: 'stranger', authenticationType: 'TOKEN' })
  await world.catalog().shares.updatePermissions('sales', [{ recipient: 'stranger', add: ['SELECT'] }])
  expect(await world.plane().recipientsOf('sales')).toEqual(['stranger'])
  await world.plane().ungrantShare({ recipient: 'stranger', share: 'sales' })
  expect(await world.plane().recipientsOf('sales')).toEqual([])
})

test('a metastore that does not share outside has no recipients by token: that is the provider’s to change', async () => {
  const world = await withShares('sales')
  world.fake.metastore.sharingScope = 'INTERNAL'
  const error = await failureOf(world.plane().createRecipient({ name: 'acme' }))
  expect([error.code, error.details.blame]).toEqual(['unsupported', 'kadoa'])
})

const KINDS_OF_STRANGERS = [
  ['by token', { authenticationType: 'TOKEN' }, /COMMENT ON RECIPIENT `acme` IS '\[deltaquill [0-9a-f]{12}\]'/],
  [
    'on Databricks',
    { authenticationType: 'DATABRICKS', sharingIdentifier: METASTORE },
    /ALTER RECIPIENT `acme` RENAME TO <another>/,
  ],
] as const

describe.each(KINDS_OF_STRANGERS)('a stranger %s who has the name of ours by token', (_, terms, remedy) => {
  async function taken(): Promise<{ world: PlaneWorld; plane: SharePlane }> {
    const world = await withShares('sales')
    const plane = world.plane()
    await plane.createRecipient({ name: 'acme' })
    await plane.grantShare({ recipient: 'acme', share: 'sales' })
    const { recipients } = world.catalog()
    await recipients.delete('acme')
    await recipients.create({ name: 'acme', ...terms })
    world.changes()
    return { world, plane }
  }

  test('is granted nothing, and neither rotated, revoked nor given terms: who must move is told', async () => {
    const { world, plane } = await taken()
    for (const attempt of [
      plane.grantShare({ recipient: 'acme', share: 'sales' }),
      plane.rotateRecipient({ name: 'acme' }),
      plane.rotateRecipient({ name: 'acme', overlap: 0, isLeaked: true }),
      plane.revokeRecipient('acme'),
      plane.setRecipient({ name: 'acme', allowedIps: ['10.0.0.0/8'] }),
    ]) {
      const error = await failureOf(attempt)
      expect([error.code, error.details.blame]).toEqual(['already-exists', 'kadoa'])
      expect(error.message).toMatch(remedy)
    }
    expect([world.changes(), world.readers('sales')]).toEqual([[], []])
  })

  test('is told apart where he reads, can be shut out, and outlives ours', async () => {
    const { world, plane } = await taken()
    expect((await plane.showRecipient('acme')).status).toBe('expired')
    await world.catalog().shares.updatePermissions('sales', [{ recipient: 'acme', add: ['SELECT'] }])
    expect(await plane.recipientsOf('sales')).toEqual(['acme', 'acme (in Unity Catalog)'])
    await plane.ungrantShare({ recipient: 'acme (in Unity Catalog)', share: 'sales' })
    expect(world.readers('sales')).toEqual([])
    await plane.dropRecipient('acme')
    expect((await world.catalog().recipients.get('acme')).authenticationType).toBe(terms.authenticationType)
  })
})

test('a recipient by token whose comment was changed is ours again when it has its mark', async () => {
  const world = await withShares('sales')
  const plane = world.plane()
  await plane.createRecipient({ name: 'acme' })
  const { recipients } = world.catalog()
  const { comment = '' } = await recipients.get('acme')
  await recipients.update('acme', { comment: 'a good customer' })
  const { message } = await failureOf(plane.rotateRecipient({ name: 'acme' }))
  expect(message).toContain(`COMMENT ON RECIPIENT \`acme\` IS '${comment}'`)
  await recipients.update('acme', { comment })
  expect((await plane.rotateRecipient({ name: 'acme' })).name).toBe('acme')
})
