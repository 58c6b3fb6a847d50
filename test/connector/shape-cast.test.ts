import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnLayout, reportGatherer, rowCaster } from '../../src/connector/index.ts'
import { JsonNumber } from '../../src/json.ts'
import { caster } from '../../src/schema/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { createTable } from '../../src/table/index.ts'
import { collect } from '../collect.ts'
import { extractedOf, objectShapes } from './arbitrary-shapes.ts'
import { descriptorOf, fieldOf, run } from './sample.ts'

const layoutOf = (shape: unknown) =>
  columnLayout(descriptorOf(fieldOf('specs', Array.isArray(shape) ? 'ARRAY' : 'OBJECT', { shape })), {
    nested: 'typed',
  })

const castOf = (shape: unknown, specs: unknown) => {
  const { row, ...told } = rowCaster(layoutOf(shape), run)({ specs }, 0)
  return { specs: row.specs, ...told }
}

const SHAPE = { weight: 'NUMBER', seenAt: 'DATETIME', price: 'MONEY', tags: ['STRING'], sizes: [{ label: 'STRING' }] }

describe('a value of a typed column', () => {
  test('has each part cast as a column of its type would be, and null for what is not there', () => {
    const given = {
      weight: new JsonNumber('1.50'),
      seenAt: '2026-01-02T03:04:05+01:00',
      price: { amount: 2490, currencyCode: 'EUR' },
      tags: ['rot', null, 7],
      sizes: [{ label: 'S' }, {}],
    }
    const specs = {
      weight: 1.5,
      seenAt: '2026-01-02T02:04:05.000000Z',
      price: { amount: '2490.0000', currencyCode: 'EUR' },
      tags: ['rot', null, '7'],
      sizes: [{ label: 'S' }, { label: null }],
    }
    expect(castOf(SHAPE, given)).toEqual({ specs, problems: [], extraFields: [] })
    expect(castOf(SHAPE, {}).specs).toEqual({ weight: null, seenAt: null, price: null, tags: null, sizes: null })
    expect(castOf(SHAPE, null)).toEqual({ specs: null, problems: [], extraFields: [] })
  })

  test('keeps what fits beside what does not, and shows the first that does not with its place', () => {
    const { specs, problems } = castOf(SHAPE, { weight: 'heavy', price: '$5', tags: ['a'], sizes: { label: 'S' } })
    expect(specs).toEqual({ weight: null, seenAt: null, price: null, tags: ['a'], sizes: null })
    expect(problems).toEqual([{ column: 'specs', problem: 'CAST_FAILED', found: 'specs.price: the text "$5"' }])
    expect(castOf(SHAPE, 'a lamp')).toMatchObject({ specs: null, problems: [{ found: 'specs: the text "a lamp"' }] })
    expect(castOf(['NUMBER'], [1, 'two']).problems).toMatchObject([{ found: 'specs[]: the text "two"' }])
  })

  test('loses members that nobody declared, each told of once by its path, and private ones without a word', () => {
    const sizes = [{ label: 'S', unit: 'cm', _id: 1 }, { unit: 'in' }]
    const { specs, extraFields } = castOf(SHAPE, { weight: 1, colours: ['red'], _internal: { a: 1 }, sizes })
    expect(extraFields).toEqual(['specs.sizes[].unit', 'specs.colours'])
    expect(JSON.stringify(specs)).not.toMatch(/red|cm|_i/)
  })

  test('takes only what is its own: not what every object inherits', () => {
    expect(castOf({ constructor: 'STRING', toString: ['STRING'] }, {})).toEqual({
      specs: { constructor: null, toString: null },
      problems: [],
      extraFields: [],
    })
  })

  test('is looked through for digits that are lost, halves of characters and wrong character sets', () => {
    const { problems } = castOf(
      { id: 'NUMBER', a: 'STRING', b: ['STRING'] },
      {
        id: '9007199254740993',
        a: 'half \ud83d',
        b: ['fine', 'MÃ¼ller', 'itâ€™s'],
      },
    )
    expect(problems.map(({ problem, found }) => `${problem} ${found}`)).toEqual([
      'ILL_FORMED_TEXT specs.a: the text "half \\ud83d"',
      'GARBLED_TEXT specs.b[]: the text "MÃ¼ller"',
      'PRECISION_LOSS specs.id: the text "9007199254740993"',
    ])
  })

  test('is one failure of its column, however many of its parts do not fit', () => {
    const layout = layoutOf({ n: ['NUMBER'], name: 'STRING' })
    const [cast, report] = [rowCaster(layout, run), reportGatherer(layout)]
    const rows = [{ specs: { n: ['a', 'b'], name: 'MÃ¼ller' } }, { specs: { n: [1], extra: 1 } }, { specs: null }]
    for (const [index, row] of rows.entries()) report.row(cast(row, index), row)
    expect(report.finish()).toMatchObject({
      castFailures: [{ column: 'specs', count: 1, present: 2, samples: ['specs.n[]: the text "a"'] }],
      garbledText: [{ column: 'specs', count: 1 }],
      extraFields: [{ name: 'specs.extra', count: 1 }],
    })
  })

  test('keeps its samples short, and says where one is cut', () => {
    const name = 'a'.repeat(60)
    const layout = layoutOf({ [name]: 'NUMBER' })
    const report = reportGatherer(layout)
    const row = { specs: { [name]: '"'.repeat(39) } }
    report.row(rowCaster(layout, run)(row, 0), row)
    const [sample = ''] = report.finish().castFailures[0]?.samples ?? []
    expect(sample).toMatch(/^…a{39}: the text ".*…$/)
    expect(sample).toHaveLength(100)
  })

  test('never throws and fits its table, whatever the extraction found', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true })
    fc.assert(
      fc.property(objectShapes, anything, fc.array(anything, { maxLength: 3 }), (shape, first, more) => {
        const layout = layoutOf(shape)
        const parts = Object.fromEntries(Object.keys(shape).map((name, index) => [name, more[index]]))
        for (const specs of [first, parts, { ...parts, _secret: 'SECRET' }]) {
          const { row } = rowCaster(layout, run)({ specs }, 0)
          expect(() => caster(layout.schema)(row)).not.toThrow()
        }
      }),
    )
  })

  test('comes back from its table as it was meant, for any shape', async () => {
    const shapeAndValues = objectShapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.array(extractedOf(shape), { minLength: 1, maxLength: 6 })),
    )
    await fc.assert(
      fc.asyncProperty(shapeAndValues, async ([shape, values]) => {
        const layout = layoutOf(shape)
        const cast = rowCaster(layout, run)
        const rows = values.map(({ given }, index) => cast({ specs: given }, index).row)
        const table = await createTable('memory://typed', { store: memoryStore(), schema: layout.schema })
        await table.append(rows)
        const read = await collect(table.read({ columns: ['specs'] }))
        expect(read).toEqual(values.map(({ value }) => ({ specs: value })))
        expect(JSON.stringify(read)).not.toContain('SECRET')
      }),
      { numRuns: 30 },
    )
  })
})
