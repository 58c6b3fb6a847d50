import { describe, expect, test } from 'vitest'
import { type Delivery, readRows } from '../../src/connector/index.ts'
import { DeltaError } from '../../src/errors.ts'
import { encodeParquet } from '../../src/parquet/index.ts'
import { keysOf } from '../keys-of.ts'
import { type Lived, lived } from './lifecycle.ts'
import { expectWholeGeneration, runsIn } from './recipient.ts'
import { deliveryOf } from './world.ts'

const GIVEN = { runId: 'r2', day: 2 }
const ROW = { sku: 'a', title: 'A', price: 1 }
const utf8 = (text: string) => new TextEncoder().encode(text)

const jsonLines = (text: string): Delivery => {
  const delivery = deliveryOf(GIVEN)
  return { ...delivery, rows: readRows({ jsonLines: utf8(text), name: 'rows.jsonl' }, delivery.schema) }
}

async function cutParquet(): Promise<Delivery> {
  const delivery = deliveryOf(GIVEN)
  const bytes = await encodeParquet([ROW])
  return { ...delivery, rows: readRows({ parquet: bytes.subarray(0, bytes.length - 20) }, delivery.schema) }
}

function failing(error: unknown): Delivery {
  async function* rows() {
    yield ROW
    throw error
  }
  return { ...deliveryOf(GIVEN), rows: rows() }
}

async function refused(world: Lived, delivery: Delivery): Promise<DeltaError> {
  const error = await world
    .open()
    .publish(delivery)
    .then(
      () => expect.fail('it was published'),
      (thrown: unknown) => thrown,
    )
  if (error instanceof DeltaError) return error
  throw error
}

const failures = ({ events }: Lived) => events.filter(({ eventType }) => eventType === 'workflow_failed')

describe('a run whose rows cannot be read', () => {
  test.each([
    ['JSON Lines that are cut off', () => jsonLines(`${JSON.stringify(ROW)}\n{"sku":"b"`), 'invalid-data', 'kadoa'],
    ['Parquet that is cut off', cutParquet, 'invalid-data', 'kadoa'],
    ['a row that is no object', () => ({ ...deliveryOf(GIVEN), rows: ['ann' as never] }), 'invalid-argument', 'kadoa'],
    [
      'rows that the customer has',
      () => failing(new DeltaError('invalid-data', 'cut', { blame: 'customer' })),
      'invalid-data',
      'customer',
    ],
    ['rows that went away', () => failing(new DeltaError('not-found', 'gone')), 'not-found', 'storage'],
    [
      'rows that nobody may read',
      () => failing(new DeltaError('permission-denied', 'no')),
      'permission-denied',
      'storage',
    ],
  ])('is held back, and told of by event and status: %s', async (_, make, code, blame) => {
    const world = await lived({}, [{ runId: 'r1', day: 1 }])
    const error = await refused(world, await make())
    expect(error).toMatchObject({
      code,
      details: { blame, problems: [{ check: 'readableRows', action: 'block', blame }] },
    })
    expect(error.message).toMatch(
      /^(gone: run r2 .* read|run r2 of workflow shop is held back: its rows cannot be read: .*); .* deliver the run again$/,
    )
    expect(failures(world)).toMatchObject([
      { data: { runId: 'r2', action: expect.stringContaining('deliver the run again'), problems: [{ blame }] } },
    ])
    expect((await world.open().status()).runs.held).toMatchObject([
      { runId: 'r2', step: 'held', problems: [{ check: 'readableRows', blame }] },
    ])
    expect(await keysOf(world.store, 'connectors/acme/staging/')).toEqual([])
    expect(runsIn(await world.see())).toEqual(['r1'])
  })

  test('is published once when whole rows come, and then told of no longer', async () => {
    const world = await lived()
    await refused(world, jsonLines('{"sku":'))
    await refused(world, jsonLines('{"sku":"a"}\n{"sku":'))
    expect((await world.open().status()).runs.held).toMatchObject([
      { problems: [{ message: expect.stringContaining('line 2') }] },
    ])
    const whole = () => jsonLines(`${JSON.stringify(ROW)}\n`)
    const both = await Promise.all([world.open().publish(whole()), world.open().publish(whole())])
    expect(both.map(({ outcome }) => outcome).sort()).toEqual(['published', 'skipped'])
    expect(await world.open().publish(whole())).toMatchObject({ outcome: 'skipped', rows: 1 })
    const seen = await world.see()
    expectWholeGeneration(seen)
    expect(runsIn(seen)).toEqual(['r2'])
    expect((await world.open().status()).runs.held).toEqual([])
    expect(await world.open().reconcile()).toEqual([])
  })

  test('leaves what another delivery of it published as it is', async () => {
    const world = await lived()
    async function* rows() {
      await world.open().publish(deliveryOf(GIVEN))
      yield ROW
      throw new DeltaError('invalid-data', 'the file is cut off')
    }
    await refused(world, { ...deliveryOf(GIVEN), rows: rows() })
    expect(runsIn(await world.see())).toEqual(['r2'])
    expect((await world.open().status()).runs).toMatchObject({ held: [], waiting: [] })
  })

  test('is told of without a value of a row', async () => {
    const world = await lived()
    await refused(world, { ...deliveryOf(GIVEN), rows: [ROW, 'ann@example.com' as never] })
    await refused(world, jsonLines('{"sku":ann@example.com}'))
    const told = JSON.stringify([failures(world), (await world.open().status()).runs])
    expect(told).toContain('row 2 of run r2 cannot be published: expected an object')
    expect(told).toContain('line 1, character 8: expected a value')
    expect(told).not.toContain('ann@')
  })

  test('is no matter of the run where the source fails for now', async () => {
    const world = await lived()
    const error = await refused(world, failing(new DeltaError('unavailable', 'not now')))
    expect(error).toMatchObject({ code: 'unavailable', message: 'not now' })
    expect(failures(world)).toEqual([])
    expect((await world.open().status()).runs.held).toEqual([])
  })
})
