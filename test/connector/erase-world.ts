import { expect } from 'vitest'
import { findTraces } from '../../src/table/index.ts'
import { madeOnce } from './made-once.ts'
import { expectWholeGeneration, type Seen } from './recipient.ts'
import { deliveryOf, type Given, provisioned, type World } from './world.ts'

export const QUIET = { config: { activityLog: false } }
export const ANN = 'ann@example.com'
const PEOPLE = [
  { name: 'email', dataType: 'STRING', isKey: true },
  { name: 'visits', dataType: 'NUMBER' },
]
export const ERASURE = { workflowId: 'people', keys: [{ email: ANN }] }

export function peopleOf(runId: string, day: number, ...emails: string[]): Given {
  const rows = emails.map((email, index) => ({ email, visits: index === 0 ? `often, says ${email}` : index }))
  return { workflowId: 'people', runId, day, fields: PEOPLE, rows }
}

export const FIRST = peopleOf('p1', 1, ANN, 'bob@example.com', 'cem@example.com')
export const SECOND = peopleOf('p2', 2, 'bob@example.com', ANN)

export async function publishedIn(world: World, ...runs: readonly Given[]): Promise<World> {
  for (const run of runs) await world.open().publish(deliveryOf(run))
  return world
}

/** A connector without an activity log, and some runs published. */
export const worldWith = madeOnce(async (...runs: readonly Given[]): Promise<World> => {
  return publishedIn(await provisioned(QUIET), ...runs)
})

export function emailsIn(seen: Seen, table: string): unknown[] {
  return (seen[table] ?? []).map(({ email }) => email).sort()
}

export async function expectErased(world: World): Promise<Seen> {
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(JSON.stringify(seen)).not.toContain(ANN)
  expect(await findTraces(world.store, ANN)).toEqual([])
  return seen
}
