import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore } from '../../src/store/index.ts'
import { type Fault, type FaultRule, faultyStore } from '../../src/store/testing.ts'
import { createTable } from './table.ts'

/** A table at version 0 in a store that begins to fail now. */
export async function tableWith(...faults: readonly FaultRule[]) {
  const runtime = simulatedRuntime()
  const inner = memoryStore({ runtime })
  const snapshot = await createTable(inner, runtime)
  return { runtime, inner, snapshot, store: faultyStore(inner, faults) }
}

/** Faults for the first puts, one after the other, then none. */
export function firstPuts(...faults: readonly Fault[]): FaultRule[] {
  return faults.map((fault, index) => ({ fault, operations: ['put'], from: index + 1, to: index + 1 }))
}

/** A commit is sent six times: only the last one may land. */
export const fiveLost = Array<Fault>(5).fill('reset')
