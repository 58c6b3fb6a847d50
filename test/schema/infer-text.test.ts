import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { caster, inferTextColumns, rowValue, textInference, textRow, typeName } from '../../src/schema/index.ts'

interface TextCase {
  readonly why: string
  readonly header: readonly string[]
  readonly lines: readonly (readonly string[])[]
  readonly types: readonly string[]
}

describe('columns of cells', () => {
  const folder = new URL('../../fixtures/schema/text/', import.meta.url)
  test.each(readdirSync(folder))('%s', (name) => {
    const { header, lines, types, why }: TextCase = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    const { schema } = inferTextColumns(header, lines)
    expect(
      schema.fields.map((field) => typeName(field.type)),
      why,
    ).toEqual(types)
    const row = textRow(header, schema)
    for (const line of lines) {
      for (const { name, type } of schema.fields) expect(() => caster(type)(row(line)[name])).not.toThrow()
    }
  })
})

test('lines may come in batches and be short', () => {
  const inference = textInference(['a', 'b', 'c'])
  inference.add([['1', 'x']])
  inference.add([['1.5'], ['2', '', '']])
  const { schema, notices } = inference.result()
  expect(schema.fields.map((field) => field.type.type)).toEqual(['double', 'string', 'string'])
  expect(notices).toEqual(['column c has no value at all: taken as string'])
})

test('a line becomes a row for a given schema, where cells are read more freely than they are guessed', () => {
  const field = (name: string, type: 'long' | 'double' | 'boolean' | 'string' | 'date') =>
    ({ name, type: { type }, nullable: true, metadata: {} }) as const
  const schema = {
    type: 'struct',
    fields: [
      field('id', 'long'),
      field('p', 'double'),
      field('ok', 'boolean'),
      field('s', 'string'),
      field('d', 'date'),
    ],
  } as const
  const row = textRow(['id', 'p', 'ok', 's', 'd', 'extra'], schema)
  expect(row(['007', '+1.50', 'TRUE', '007', '2026-01-02', 'x'])).toEqual({
    id: 7,
    p: 1.5,
    ok: true,
    s: '007',
    d: '2026-01-02',
    extra: 'x',
  })
  expect(row(['9007199254740993', 'NaN', 'no', '', '', ''])).toEqual({
    id: 9007199254740993n,
    p: 'NaN',
    ok: 'no',
    s: null,
    d: null,
    extra: null,
  })
})

test('a guessed cell prints back the same, but for zeros that say nothing about a fraction', () => {
  const cell = fc.oneof(
    fc.double().map(String),
    fc.integer().map(String),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
    fc.stringMatching(/^-?([0-9]{1,4}|[0-9]{0,4}\.[0-9]{1,4})([eE][+-]?[0-9]{1,2})?$/),
    fc.stringMatching(/^20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?Z)?$/),
    fc.constantFrom('true', 'false', 'TRUE', 'NaN', 'Infinity', 'abc'),
  )
  fc.assert(
    fc.property(cell, (text) => {
      const { schema } = inferTextColumns(['c'], [[text]])
      const type = schema.fields[0]?.type ?? { type: 'string' }
      const printed = rowValue(type)(caster(type)(textRow(['c'], schema)([text]).c))
      expect(canonical(String(Object.is(printed, -0) ? '-0' : printed))).toBe(canonical(text))
    }),
    { numRuns: 1000 },
  )
})

/** Numbers and instants without the zeros that say nothing; anything else as it is. */
function canonical(text: string): string {
  const instant = /^(.*T\d\d:\d\d)(:\d\d)?(?:\.(\d*?)0*)?Z$/.exec(text)
  if (instant !== null) return `${instant[1]}${instant[2] ?? ':00'}.${instant[3] ?? ''}Z`
  if (!/^-?(0|[1-9]\d*|(?=\.))(\.\d+(e[+-]?\d+)?|e[+-]\d+)?$/i.test(text)) return text
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  const short = digits.replace(/0+$/, '')
  return short === ''
    ? `${text.startsWith('-') ? '-' : ''}0`
    : `${text.startsWith('-') ? '-' : ''}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`
}
