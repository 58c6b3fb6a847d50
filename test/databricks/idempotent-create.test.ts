import { describe, expect, test } from 'vitest'
import { catalogTableName } from '../../src/databricks/table-name.ts'
import type { SharePlane } from '../../src/manifest/index.ts'
import { answerLost, unreachable } from '../fakes/unity-catalog/index.ts'
import { PlaneWorld, withShares } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'
const OTHER = METASTORE.replace('19a8', '29a8')
const orders = { schema: 'shop', name: 'ORDERS', location: 'memory://tables/orders' }

interface Creation {
  readonly post: RegExp
  world(): Promise<PlaneWorld>
  create(plane: SharePlane): Promise<unknown>
  /** Somebody else makes one of the same name. */
  makeTheirs(world: PlaneWorld): Promise<unknown>
  /** What is there once it is made. */
  made(world: PlaneWorld): unknown
  readonly once: unknown
  readonly refusal: RegExp
}

const creations: readonly [string, Creation][] = [
  [
    'a share',
    {
      post: /^POST shares$/,
      world: async () => new PlaneWorld(),
      create: (plane) => plane.createShare({ name: 'sales' }),
      makeTheirs: (world) => world.catalog().shares.create({ name: 'sales', comment: 'theirs' }),
      made: ({ fake }) => fake.shares.shown().map(({ name }) => name),
      once: ['sales'],
      refusal: /a share sales that is somebody else's/,
    },
  ],
  [
    'a schema',
    {
      post: /^POST schemas$/,
      world: async () => new PlaneWorld(),
      create: (plane) => plane.createShare({ name: 'sales' }),
      makeTheirs: async ({ fake }) => fake.namespaces.provideSchema('kadoa_prod.sales'),
      made: ({ fake }) => fake.namespaces.schemas,
      once: ['kadoa_prod.sales'],
      refusal: /a schema kadoa_prod\.sales that is somebody else's/,
    },
  ],
  [
    'a table',
    {
      post: /^POST tables$/,
      world: async () => {
        const world = await withShares('sales')
        await world.newTable('orders')
        return world
      },
      create: async (plane) => plane.publish({ share: await plane.loadShare('sales'), tables: [orders] }),
      makeTheirs: (world) => world.provide(`kadoa_prod.sales.${catalogTableName('ORDERS', orders.location)}`),
      made: ({ fake }) => fake.tables.inSchema('kadoa_prod.sales'),
      once: [expect.stringMatching(/^kadoa_prod\.sales\.orders__/)],
      refusal: /somebody else's table, at .*, is called kadoa_prod\.sales\.orders__/,
    },
  ],
  [
    'a recipient of a metastore',
    {
      post: /^POST recipients$/,
      world: async () => new PlaneWorld(),
      create: (plane) => plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE }),
      makeTheirs: (world) =>
        world.catalog().recipients.create({
          name: 'acme',
          authenticationType: 'DATABRICKS',
          sharingIdentifier: OTHER,
        }),
      made: ({ fake }) => fake.recipients.count,
      once: 1,
      refusal: /one of that name, which is somebody else's.*ALTER RECIPIENT `acme` RENAME/,
    },
  ],
  [
    'a recipient by token',
    {
      post: /^POST recipients$/,
      world: async () => new PlaneWorld(),
      create: (plane) => plane.createRecipient({ name: 'acme' }),
      makeTheirs: (world) => world.catalog().recipients.create({ name: 'acme', authenticationType: 'TOKEN' }),
      made: ({ fake }) => fake.recipients.count,
      once: 1,
      refusal: /a recipient acme that is not ours/,
    },
  ],
]

describe.each(creations)('the creation of %s', (_, { post, world: begin, create, makeTheirs, made, once, refusal }) => {
  const posts = ({ fake }: PlaneWorld): number =>
    fake.calls.filter(({ method, path }) => post.test(`${method} ${path}`)).length

  test('whose answer was lost is found to be made, and is not sent again', async () => {
    const world = await begin()
    world.fake.troubles.on(post, answerLost)
    await create(world.plane())
    expect([made(world), posts(world)]).toEqual([once, 1])
  })

  test('that never came there fails, and is made by another attempt', async () => {
    const world = await begin()
    world.fake.troubles.on(post, unreachable)
    await expect(create(world.plane())).rejects.toMatchObject({ code: 'unavailable' })
    await create(world.plane())
    expect(made(world)).toEqual(once)
  })

  test('that exists already, because another publisher of ours was faster, takes that one', async () => {
    const world = await begin()
    await create(world.overtaken(post, ({ send }) => send()))
    expect([made(world), posts(world)]).toEqual([once, 2])
  })

  test('that exists already, because somebody else was faster, is refused by whose move it is, and his stays', async () => {
    const world = await begin()
    await expect(create(world.overtaken(post, () => makeTheirs(world)))).rejects.toMatchObject({
      code: 'already-exists',
      details: { blame: 'kadoa' },
      message: expect.stringMatching(refusal),
    })
    expect(made(world)).toEqual(once)
    const changing = /^(PATCH|DELETE) /
    expect(world.changes().filter((change) => changing.test(change))).toEqual([])
  })
})
