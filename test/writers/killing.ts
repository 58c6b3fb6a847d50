import { expect } from 'vitest'
import { openTable } from '../../src/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { batchesIn, createShared, expectedBatches, work } from './crew.ts'

export interface Massacre {
  readonly writers: number
  readonly batches: number
  /** How often each writer is killed. */
  readonly kills: number
}

/** Set to the seed that a failed run printed to kill at the same moments again. */
const SEED = Number(process.env.DELTAQUILL_KILL_SEED ?? Date.now() % 1_000_000)

/**
 * Writers of one table are killed with SIGKILL at random moments and started again with the batch that they had not been
 * told done; then everything must be there once, and nothing torn.
 */
export async function killWriters(location: string, { writers, batches, kills }: Massacre): Promise<void> {
  console.info(`writers are killed by the seed ${SEED} (DELTAQUILL_KILL_SEED replays it)`)
  await createShared(location)
  const names = Array.from({ length: writers }, (_, index) => `writer-${index}`)
  const told = new Set<string>()
  const live = async (name: string, index: number): Promise<number> => {
    const { random } = simulatedRuntime({ seed: SEED + index })
    let killed = 0
    for (let life = 0, next = 0; ; life++) {
      // Early enough that it is still at work, whatever the dice say.
      const kill = { batches: Math.floor((random() * batches) / (4 * kills)), delay: Math.floor(random() * 20) }
      const shift = await work({ location, name, from: next, to: batches }, life < kills ? kill : undefined)
      for (const batch of shift.acknowledged.keys()) {
        told.add(`${name}/${batch}`)
        next = batch + 1
      }
      if (!shift.killed) return killed
      killed++
      // What the others are told while the table is read may be in a later version of it.
      const before = [...told]
      const there = await batchesIn(location)
      for (const batch of before)
        expect(there, `seed ${SEED}: acknowledged, then lost`).toSatisfy(
          (found: Map<string, number>) => found.get(batch) === 1,
        )
    }
  }
  const killed = await Promise.all(names.map(live))
  console.info(`${killed.reduce((sum, times) => sum + times)} processes were killed`)
  expect(Math.min(...killed)).toBeGreaterThan(0)
  expect(await batchesIn(location), `seed ${SEED}`).toEqual(expectedBatches(names, batches))
  const table = await openTable(location)
  expect(table.version, 'one version a batch, without a gap').toBe(writers * batches)
  expect(await table.append([{ writer: 'next', batch: 0 }])).toMatchObject({ version: writers * batches + 1 })
  await table.settled()
}
