import { expect, test } from 'vitest'
import { changeEntry } from '../../src/connector/journal.ts'
import type { JournalEntry } from '../../src/connector/journal-entry.ts'
import { findTraces } from '../../src/table/index.ts'
import { expectWholeGeneration } from './recipient.ts'
import { CONNECTOR_ID, deliveryOf, type Given, provisioned } from './world.ts'

const TYPED = { config: { nested: 'typed', activityLog: false } }

const lamps = (day: number, shape: unknown, ...rows: readonly object[]): Given => ({
  runId: `r${day}`,
  day,
  fields: [
    { name: 'sku', dataType: 'STRING', isKey: true },
    { name: 'specs', dataType: 'OBJECT', shape },
    { name: 'notes', dataType: 'OBJECT', shape: { about: 'anything' } },
  ],
  rows,
})

const SHAPE = {
  weight: 'NUMBER',
  price: 'MONEY',
  owner: { email: 'STRING' },
  sizes: [{ label: 'STRING', since: 'DATE' }],
}

test('a run of which the schema has other shapes than the one beside it is refused where shapes are columns', async () => {
  const delivery = deliveryOf(lamps(1, SHAPE, { sku: 'a', specs: { weight: 1 } }))
  const { schema } = deliveryOf(lamps(1, { ...SHAPE, weight: 'STRING' }))
  const other = { ...delivery, run: { ...delivery.run, schema } }
  const typed = await provisioned(TYPED)
  await expect(typed.open().publish(other)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('run.schema: expected the fields of schema, found others'),
  })
  expect(Object.keys(await typed.see())).toEqual([])
  expect(await (await provisioned()).open().publish(other)).toMatchObject({ outcome: 'published' })
})

test('a recipient reads structs and arrays, and JSON text where the shape says too little', async () => {
  const { open, see, store } = await provisioned(TYPED)
  const specs = {
    weight: '1.5',
    price: { amount: 2490, currencyCode: 'EUR' },
    sizes: [{ label: 'S', since: '2026-01-02', _seen: 'SECRET' }, null],
    _note: 'SECRET',
    colour: 'vermilion',
  }
  const rows = [
    { sku: 'a', specs, notes: { a: 1, _b: 'SECRET' } },
    { sku: 'b', specs: { weight: 'heavy' } },
  ]
  const { warnings } = await open().publish(deliveryOf(lamps(1, SHAPE, ...rows)))
  expect(warnings.map(({ check, message }) => [check, message])).toEqual([
    ['onExtraField', expect.stringContaining('found "specs.colour"')],
    ['maxCastFailureRatio', expect.stringContaining('column specs: expected values of its type, found 1 of 2 (50 %)')],
  ])
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.WF_SHOP__LATEST).toMatchObject([
    {
      sku: 'a',
      specs: {
        weight: 1.5,
        price: { amount: '2490.0000', currencyCode: 'EUR' },
        owner: null,
        sizes: [{ label: 'S', since: '2026-01-02' }, null],
      },
      notes: '{"a":1}',
    },
    { sku: 'b', specs: { weight: null, price: null, owner: null, sizes: null }, notes: null },
  ])
  expect(seen.WORKFLOW_SCHEMA_FIELDS?.map(({ CAST_POLICY, DELTA_TYPE }) => [CAST_POLICY, DELTA_TYPE])).toEqual([
    ['TO_STRING', 'string'],
    [
      'SHAPE_STRUCT',
      'struct<owner:struct<email:string>,price:struct<amount:decimal(20,4),currencyCode:string>,sizes:array<struct<label:string,since:date>>,weight:double>',
    ],
    ['JSON_TEXT', 'string'],
  ])
  expect(seen.WORKFLOW_RUNS).toMatchObject([
    { CAST_FAILURES: 1, CAST_FAILURE_DETAILS: expect.stringContaining('specs.weight: the text') },
  ])
  expect(await findTraces(store, ['SECRET', 'vermilion'])).toEqual([])
})

test('a shape that changes begins another version, and one that is only written otherwise does not', async () => {
  const { open, see } = await provisioned(TYPED)
  const versions: number[] = []
  const shapes = [{ a: 'NUMBER', b: 'STRING' }, { b: 'LINK', a: 'NUMBER' }, { a: 'NUMBER' }, { a: 'number' }]
  for (const [index, shape] of shapes.entries()) {
    const run = lamps(index + 1, shape, { sku: 'a', specs: { a: 1, b: 'x' } })
    versions.push((await open().publish(deliveryOf(run))).schemaVersion)
  }
  expect(versions).toEqual([1, 1, 2, 3])
  const seen = await see()
  expectWholeGeneration(seen)
  expect(seen.WF_SHOP__V1?.map(({ specs }) => specs)).toEqual([
    { a: 1, b: 'x' },
    { a: 1, b: 'x' },
  ])
  expect(seen.WF_SHOP__LATEST?.map(({ specs }) => specs)).toEqual(['{"a":1,"b":"x"}'])
  const summaries = seen.WORKFLOW_SCHEMA_VERSIONS?.map(({ CHANGE_SUMMARY }) => JSON.parse(String(CHANGE_SUMMARY)))
  expect(summaries).toMatchObject([null, { updated: [{ name: 'specs' }] }, { updated: [{ name: 'specs' }] }])
})

test('a shape that leaves something open is told of until its table is shown, and a type that is not known too', async () => {
  const { open, warnings } = await provisioned(TYPED)
  const whole = { specs: { weight: 1 }, notes: {}, hue: 'red' }
  const { fields = [], ...given } = lamps(1, SHAPE, { sku: 'a', ...whole })
  const hued = { ...given, fields: [...fields, { name: 'hue', dataType: 'COLOUR' }] }
  await open().publish(deliveryOf(hued))
  await open().publish(deliveryOf({ ...hued, runId: 'r2', day: 2 }))
  expect(warnings).toEqual([
    expect.stringMatching(
      /^table WF_SHOP__V1: field notes is published as JSON text: shape\.about: expected .*"anything"/,
    ),
    'table WF_SHOP__V1: field hue has the type "COLOUR", which is not known: it is published as text',
  ])
})

test('rows are erased by a value inside a struct, which is nowhere after that', async () => {
  const world = await provisioned(TYPED)
  const of = (email: string) => ({ sku: email.slice(0, 3), specs: { weight: 1, owner: { email } } })
  await world.open().publish(deliveryOf(lamps(1, SHAPE, of('ann@example.com'), of('bob@example.com'))))
  const erased = await world.open().erase({ keys: [{ 'specs.owner.email': 'ann@example.com' }] })
  expect(erased).toMatchObject({ tables: [{ name: 'WF_SHOP__V1', rows: 1 }], proof: { isProven: true } })
  expect((await world.see()).WF_SHOP__LATEST?.map(({ sku }) => sku)).toEqual(['bob'])
  expect(await findTraces(world.store, 'ann@example.com')).toEqual([])
  await expect(world.open().erase({ keys: [{ 'specs.owner.mail': 'ann@example.com' }] })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('did you mean "specs.owner.email"?'),
  })
})

test('a value that stands as the name of a member is nowhere either, once its row is erased', async () => {
  const world = await provisioned(TYPED)
  const rows = [{ sku: 'ann@example.com', specs: { weight: 1, 'ann@example.com': true } }, { sku: 'bob' }]
  await world.open().publish(deliveryOf(lamps(1, SHAPE, ...rows)))
  const { proof } = await world.open().erase({ keys: [{ sku: 'ann@example.com' }] })
  expect(proof).toMatchObject({ isProven: true, traces: [] })
})

test('such a name is nowhere either where a journal kept it that nothing else has to be taken from', async () => {
  const world = await provisioned(TYPED)
  const whole = { specs: { weight: 1 }, notes: {} }
  await world.open().publish(deliveryOf(lamps(1, SHAPE, { sku: 'ann@example.com', ...whole })))
  await world.open().publish(deliveryOf(lamps(2, SHAPE, { sku: 'bob', ...whole })))
  const extraFields = [{ name: 'specs.ann@example.com', count: 1 }]
  const run = { workflowId: 'shop', runId: 'r2' }
  const named = ({ report }: JournalEntry) => ({ report: report && { ...report, extraFields } })
  await changeEntry(world.store, CONNECTOR_ID, run, named, world)
  const { proof } = await world.open().erase({ keys: [{ sku: 'ann@example.com' }] })
  expect(proof).toMatchObject({ isProven: true, traces: [] })
})

test('a key cannot be a column of lists', async () => {
  const world = await provisioned(TYPED)
  await world.open().publish(deliveryOf(lamps(1, SHAPE, { sku: 'a', specs: { weight: 1 } })))
  await expect(world.open().erase({ keys: [{ 'specs.sizes': 'S' }] })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('column "specs.sizes" of any workflow holds lists'),
    details: { column: 'specs.sizes' },
  })
})
