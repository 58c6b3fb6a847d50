import { beforeAll, describe, expect, test } from 'vitest'
import {
  type CheckProblem,
  type Delivery,
  type PublishedRun,
  parseDelivery,
  readRows,
  type SchemaDescriptor,
} from '../../src/connector/index.ts'
import { isDeltaError } from '../../src/errors.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { findTraces } from '../../src/table/index.ts'
import { keysOf } from '../keys-of.ts'
import { configOf } from './killed-connector.ts'
import { before, good, NOW, type Outcome, type Poison, type PoisonRows, SECRET, UNMOVED } from './poison/delivery.ts'
import { poison } from './poison/index.ts'
import { runsIn } from './recipient.ts'
import { provisioned, type World } from './world.ts'

/** A connector that has published the delivery before; each case happens to a copy of it. */
let world: World

beforeAll(async () => {
  world = await provisioned({ runtime: simulatedRuntime({ start: NOW }) })
  await world.open().publish(await deliveryOf(before))
})

async function deliveryOf({ head, rows }: Pick<Poison, 'head' | 'rows'>): Promise<Delivery> {
  const told = parseDelivery(head)
  return { ...told, rows: await rowsOf(rows, told.schema) }
}

async function rowsOf(rows: PoisonRows, schema: SchemaDescriptor): Promise<AsyncIterable<object> | Iterable<object>> {
  // A program may hand over what its types would not let pass.
  if ('objects' in rows) return rows.objects as readonly object[]
  return readRows('parquet' in rows ? { parquet: await rows.parquet() } : rows, schema)
}

type Case = Omit<Poison, 'name'>

/** What happens to a case in a world of its own. */
async function replayed(given: Omit<Case, 'outcome'>) {
  const { open, see, store } = await world.copy()
  if (given.checks !== undefined) await open().update(configOf({ checks: given.checks }))
  const shown = async () => ({ seen: await see(), objects: await contents(store) })
  const then = await shown()
  const { result, error } = await outcomeOf(async () => open().publish(await deliveryOf(given)))
  return { open, see, store, then, shown, result, error }
}

/** Everything that a recipient could ever see of a share: byte for byte, and whatever the share shows of it. */
async function contents(store: World['store']): Promise<Record<string, string>> {
  const keys = [...(await keysOf(store, 'sharing/')), ...(await keysOf(store, 'tables/'))]
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, (await store.head(key)).etag] as const)))
}

async function outcomeOf(work: () => Promise<PublishedRun>): Promise<{ result?: PublishedRun; error?: unknown }> {
  try {
    return { result: await work() }
  } catch (error) {
    return { error }
  }
}

async function expectOutcome({ outcome, ...given }: Case): Promise<void> {
  const after = await replayed(given)
  if ('published' in outcome) await expectShown(after, outcome)
  else if ('warned' in outcome) await expectWarned(after, outcome.warned)
  else await expectAsBefore(after, outcome)
  expect(await findTraces(after.store, SECRET), 'objects that hold what is private').toEqual([])
}

type After = Awaited<ReturnType<typeof replayed>>

async function expectShown(
  { result, error, see }: After,
  { published, columns = [] }: Extract<Outcome, { published: number }>,
) {
  expect(error).toBeUndefined()
  expect(result).toMatchObject({ outcome: 'published', rows: published, warnings: [] })
  const seen = await see()
  expect(runsIn(seen)).toContain(good.runId)
  const rows = (seen[result?.table ?? ''] ?? []).filter(({ KADOA_RUN_ID }) => KADOA_RUN_ID === good.runId)
  expect(rows).toHaveLength(published)
  expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining([...columns]))
}

async function expectWarned({ result, error, see }: After, check: string): Promise<void> {
  expect(error).toBeUndefined()
  const warnings = result?.warnings ?? []
  expect(warnings.map((warning) => warning.check)).toContain(check)
  expectTold(warnings)
  expect(runsIn(await see())).toContain(good.runId)
}

/** Blocked or refused: nothing of it is shown or kept, and a good delivery of the run is not held against it. */
async function expectAsBefore(
  { open, see, store, then, shown, error }: After,
  outcome: Extract<Outcome, { blocked: string } | { refused: string }>,
): Promise<void> {
  if (!isDeltaError(error)) throw new Error('it was not refused', { cause: error })
  const problems = error.details.problems ?? []
  if ('blocked' in outcome) {
    expect(error.code).toBe('invalid-argument')
    const blocking = problems.filter(({ action }) => action === 'block')
    expect(new Set(blocking.map(({ check }) => check))).toEqual(new Set([outcome.blocked]))
    expect(error.details.blame).toBe(problems[0]?.blame)
    expectTold(problems)
  } else expect(error).toMatchObject({ code: outcome.refused, message: expect.stringContaining(outcome.because) })
  expect(await shown()).toEqual(then)
  expect(await keysOf(store, 'connectors/acme/staging/')).toEqual([])
  const { held, waiting } = (await open().status()).runs
  expect({ held, waiting }).toMatchObject({
    held: problems.length === 0 ? [] : [{ runId: good.runId, step: 'held', problems }],
    waiting: [],
  })
  expect(await open().publish(await deliveryOf(good))).toMatchObject({ outcome: 'published', rows: 10, warnings: [] })
  expect(runsIn(await see())).toEqual(['run-1', good.runId])
  expect((await open().status()).runs.held).toEqual([])
}

/** What is told says whose move it is, and shows nobody else's data. */
function expectTold(problems: readonly CheckProblem[]): void {
  for (const { message, remedy, blame } of problems) {
    expect(message.length * remedy.length).toBeGreaterThan(0)
    expect(['kadoa', 'customer']).toContain(blame)
  }
  expect(JSON.stringify(problems)).not.toContain(SECRET)
}

test('the good delivery is published without a word', () => expectOutcome({ ...good, outcome: { published: 10 } }))

describe('what is poisonous is never published silently:', () => {
  test.each(poison)('$name', (given) => expectOutcome(given))

  test.each(poison.flatMap(otherwise))('$name', (given) => expectOutcome(given))

  test('these are all the ways that are known', () => {
    expect(new Set(poison.map(({ name }) => name)).size).toBe(poison.length)
    expect(poison.length).toBeGreaterThanOrEqual(75)
  })
})

/** A ratio at which the least that it looks at is too much. */
const STRICTEST: Readonly<Record<string, number>> = { minRowRatio: 1, maxCastFailureRatio: 0, maxMissingColumnRatio: 0 }

/** The same delivery to a connector of which the check in question does the other. */
function otherwise({ name, outcome, ...given }: Poison): Poison[] {
  const isBlocked = 'blocked' in outcome
  if (!isBlocked && !('warned' in outcome)) return []
  const check = isBlocked ? outcome.blocked : outcome.warned
  if (UNMOVED.has(check)) return []
  const action = isBlocked ? 'warn' : 'block'
  const ratio = STRICTEST[check]
  return [
    {
      ...given,
      name: `${name}, where that is to ${action}`,
      checks: { [check]: ratio === undefined ? action : { ratio, action } },
      outcome: isBlocked ? { warned: check } : { blocked: check },
    },
  ]
}
