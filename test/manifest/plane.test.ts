import { describe, expect, test } from 'vitest'
import { objectStorePlane, type SharePlane } from '../../src/manifest/index.ts'
import { sharePlaneContract } from '../../src/manifest/testing.ts'
import { memoryStore } from '../../src/store/index.ts'
import { localStore } from '../../src/store/local.ts'
import { planeOn, testSharePlane } from '../contract/share-plane.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

describe('the manifest in memory keeps the contract of a plane', () => {
  testSharePlane(async () => {
    const store = memoryStore()
    return planeOn(store, store)
  })
})

describe('the manifest on local disk keeps the contract of a plane', () => {
  testSharePlane(async () => {
    const directory = temporaryDirectory()
    return planeOn(localStore(directory), localStore(directory))
  })
})

test('the manifest promises everything that a plane can, but for recipients without a token', () => {
  expect(objectStorePlane(memoryStore()).promises).toEqual({
    readBack: true,
    pinned: true,
    newSchemaInPlace: true,
    atomicSwap: true,
    metastores: false,
  })
})

describe('a plane that breaks a promise is found out:', () => {
  /** Runs the contract over a plane of which one method is spoiled, and gives the names of the cases that fail. */
  async function failures(spoil: (plane: SharePlane) => Partial<SharePlane>): Promise<string[]> {
    const failed: string[] = []
    for (const { name, run } of sharePlaneContract) {
      const open = async () => {
        const store = memoryStore()
        const { plane, newTable } = planeOn(store, store)
        const spoiled = { ...plane, ...spoil(plane) }
        return { plane: spoiled, rival: spoiled, newTable }
      }
      await run(open).catch(() => failed.push(name))
    }
    return failed
  }

  test.each<[string, (plane: SharePlane) => Partial<SharePlane>, RegExp]>([
    [
      'it ignores the fence',
      (plane) => ({
        publish: async ({ share, ...rest }) => plane.publish({ share: await plane.loadShare(share.name), ...rest }),
      }),
      /a share that changed since it was read is a conflict/,
    ],
    [
      'it shows tables one after the other',
      (plane) => ({
        async publish({ share, tables, remove }) {
          let next = await plane.loadShare(share.name)
          for (const table of tables) next = await plane.publish({ share: next, tables: [table] })
          return plane.publish({ share: next, tables: [], remove })
        },
      }),
      /a reader sees all tables of one publication/,
    ],
    ['it forgets what is pinned', () => ({ pinnedVersions: async () => [] }), /the version that was published is told/],
    [
      'it repeats links',
      (plane) => ({
        async createRecipient(recipient) {
          const invitation = await plane.createRecipient({ ...recipient, endpoint: 'https://x.example.com' })
          return invitation && { ...invitation, activationUrl: 'https://x.example.com' }
        },
      }),
      /no listing repeats a link/,
    ],
  ])('%s', async (_, spoil, name) => {
    expect(await failures(spoil)).toEqual(expect.arrayContaining([expect.stringMatching(name)]))
  })
})
