import { describe, expect, test } from 'vitest'
import { failureOf } from './failure-of.ts'
import { PlaneWorld } from './plane-world.ts'

const METASTORE = 'aws:us-west-2:19a84bee-54bc-43a2-87de-023d0ec16016'

/** A share that is not granted yet, and its recipient to be. */
async function opened() {
  const world = new PlaneWorld()
  const plane = world.plane()
  const share = await plane.createShare({ name: 'sales' })
  await plane.createRecipient({ name: 'acme', sharingIdentifier: METASTORE })
  return { world, plane, share, grant: { recipient: 'acme', share: 'sales' } }
}

describe('a grant is read back', () => {
  const unheard = { instead: Response.json({ privilege_assignments: [] }) }

  test('and is an error where the recipient may not read, which another attempt mends', async () => {
    const { world, plane, grant } = await opened()
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, unheard)
    expect(await failureOf(plane.grantShare(grant))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('granted to acme, and acme may not read it'),
    })
    await plane.grantShare(grant)
    expect(world.readers('sales')).toEqual(['acme'])
  })

  test('again while it is not seen yet', async () => {
    const { world, plane, grant } = await opened()
    const stale = { instead: Response.json({ privilege_assignments: [] }) }
    world.fake.troubles.on(/^GET shares\/sales\/permissions/, stale, 2)
    await plane.grantShare(grant)
    expect(world.readers('sales')).toEqual(['acme'])
  })

  test('and so is one that is taken away', async () => {
    const { world, plane, grant } = await opened()
    await plane.grantShare(grant)
    world.fake.troubles.on(/^PATCH shares\/sales\/permissions/, unheard)
    expect(await failureOf(plane.ungrantShare(grant))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('acme still may read it'),
    })
    await plane.ungrantShare(grant)
    expect(world.readers('sales')).toEqual([])
  })
})
