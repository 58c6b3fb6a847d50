import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTable, type Table } from '../../src/index.ts'
import { loadShare, publish } from '../../src/manifest/index.ts'
import { clientReads, frameOf, type Reading } from './client-readings.ts'
import { type Place, places } from './place.ts'
import { openSharing, SHARE, type Sharing } from './sharing.ts'

/** How often the table is read in each format. */
const READINGS = 6
/** Rows of the first generation; each has as many more in one more file. */
const STEP = 3

describe.each(Object.entries(places))(
  'a table in %s that is published anew while the Python client reads it',
  (_, open) => {
    let place: Place
    let sharing: Sharing
    let table: Table

    beforeAll(async () => {
      place = await open()
      sharing = await openSharing(place)
      table = await createTable(`${place.location}/orders`, { rows: rowsOf(0) })
      await sharing.show({ name: 'orders', location: table.location, version: 0, history: false })
    })
    afterAll(async () => {
      await sharing?.close()
      place?.close()
    })

    test('is seen in one generation or the other, whole', async () => {
      const readings = Array.from(
        { length: 2 * READINGS },
        (_, turn): Reading => ({ table: 'orders', use_delta_format: turn % 2 === 1 }),
      )
      let reading = true
      const publishing = publishWhile(() => reading)
      const found = await clientReads(sharing.profile, readings)
      reading = false
      const published = await publishing
      const generations = found.map((each) => {
        const ids = frameOf(each).rows.map(({ id }) => Number(id))
        const generation = ids.length / STEP - 1
        expect(ids.toSorted((a, b) => a - b)).toEqual(idsUpTo(generation))
        return generation
      })
      expect(generations).toEqual(generations.toSorted((a, b) => a - b))
      expect(new Set(generations).size).toBeGreaterThan(2)
      expect(generations.at(-1)).toBeLessThanOrEqual(published)
    })

    /** @returns the newest generation that was published. */
    async function publishWhile(goesOn: () => boolean): Promise<number> {
      let version = 0
      while (goesOn()) {
        const written = await table.append(rowsOf(table.version + 1))
        version = written.version
        const share = await loadShare(sharing.root, SHARE)
        await publish(sharing.root, {
          share,
          tables: [{ schema: 'shop', name: 'orders', location: table.location, version }],
        })
        await sleep(250)
      }
      await table.settled()
      return version
    }
  },
)

function rowsOf(generation: number) {
  return idsUpTo(generation)
    .slice(-STEP)
    .map((id) => ({ id }))
}

function idsUpTo(generation: number): number[] {
  return Array.from({ length: (generation + 1) * STEP }, (_, id) => id)
}
