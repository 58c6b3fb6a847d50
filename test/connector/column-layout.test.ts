import { describe, expect, test } from 'vitest'
import { columnLayout } from '../../src/connector/index.ts'
import { checkColumnNames, typeName } from '../../src/schema/index.ts'
import { descriptorOf, everyType, fieldOf, type GivenField } from './sample.ts'

const columnsOf = (...fields: GivenField[]): string[] =>
  columnLayout(descriptorOf(...fields)).columns.map(({ name }) => name)
const hashOf = (...fields: GivenField[]): string => columnLayout(descriptorOf(...fields)).hash

describe('the columns of a workflow', () => {
  test('have the type and the policy of their fields', () => {
    const { columns } = columnLayout(descriptorOf(...everyType))
    expect(columns.map(({ name, type, policy }) => `${name} ${typeName(type)} ${policy}`)).toEqual([
      'string string TO_STRING',
      'number double TRY_NUMBER',
      'boolean boolean TRY_BOOLEAN',
      'date date TRY_DATE_ISO',
      'datetime timestamp TRY_TIMESTAMP_ISO_UTC',
      'money struct<amount:decimal(20,4),currencyCode:string> MONEY_MINOR_UNITS',
      'image string TO_STRING',
      'link string TO_STRING',
      'object string JSON_TEXT',
      'array string JSON_TEXT',
    ])
  })

  test('are nullable, with the description as comment, and the lineage after them', () => {
    const { schema } = columnLayout(
      descriptorOf(fieldOf('title', 'STRING', { description: 'what it is', isRequired: true })),
    )
    expect(schema.fields.map(({ name, type, nullable }) => `${name} ${typeName(type)}${nullable ? '' : ' !'}`)).toEqual(
      [
        'title string',
        'KADOA_RUN_ID string !',
        'KADOA_JOB_ID string',
        'KADOA_RUN_STARTED_AT timestamp',
        'KADOA_RUN_FINISHED_AT timestamp !',
        'KADOA_ROW_INDEX long !',
        'KADOA_ROW_KEY string',
      ],
    )
    expect(schema.fields[0]?.metadata).toEqual({ comment: 'what it is' })
  })

  test('have a comment of whole characters, as strict readers of JSON ask for', () => {
    const { schema } = columnLayout(descriptorOf(fieldOf('title', 'STRING', { description: 'half \ud83d' })))
    expect(schema.fields[0]?.metadata).toEqual({ comment: 'half \ufffd' })
  })

  test('of MONEY are two where a struct cannot be read', () => {
    const { columns } = columnLayout(descriptorOf(fieldOf('price', 'MONEY')), { money: 'flat' })
    expect(columns.map(({ name, type, part }) => [name, typeName(type), part])).toEqual([
      ['price_AMOUNT', 'decimal(20,4)', 'amount'],
      ['price_CURRENCY', 'string', 'currencyCode'],
    ])
  })

  test('do not show private fields, which are named apart', () => {
    const { columns, excluded } = columnLayout(
      descriptorOf(fieldOf('_id', 'STRING'), fieldOf('a', 'STRING'), fieldOf('b', 'STRING', { isPrivate: true })),
    )
    expect({ columns: columns.map(({ name }) => name), excluded }).toEqual({ columns: ['a'], excluded: ['_id', 'b'] })
  })

  test('of a type that nobody knows are text, with one notice each', () => {
    const { columns, notices } = columnLayout(
      descriptorOf(
        fieldOf('a', 'UNIQUE_ID'),
        fieldOf('b', 'constructor'),
        fieldOf('c', 'whatever', { fieldType: 'TRANSFORM_OUTPUT' }),
        fieldOf('d', 'NUMBER', { fieldType: 'TRANSFORM_OUTPUT' }),
        fieldOf('e', 'NUMBER', { fieldType: 'CLASSIFICATION' }),
      ),
    )
    expect(columns.map(({ policy }) => policy)).toEqual([
      'TO_STRING',
      'TO_STRING',
      'TO_STRING',
      'TRY_NUMBER',
      'TO_STRING',
    ])
    expect(notices).toHaveLength(3)
    expect(notices[0]).toContain('field a has the type "UNIQUE_ID"')
  })
})

describe('the names of the columns', () => {
  const text = (name: string): GivenField => fieldOf(name, 'STRING')

  test.each([
    ['stay as the fields have them', ['Price', 'price2'], ['Price', 'price2']],
    ['are numbered where they differ by case only', ['price', 'Price', 'PRICE'], ['price', 'Price_2', 'PRICE_3']],
    ['push no other field aside', ['price', 'Price', 'price_2'], ['price', 'Price_3', 'price_2']],
    ['leave the lineage its own', ['kadoa_run_id', 'KADOA_RUN_DATE'], ['kadoa_run_id_2', 'KADOA_RUN_DATE_2']],
  ])('%s', (_, names, columns) => {
    const layout = columnLayout(descriptorOf(...names.map(text)))
    expect(layout.columns.map(({ name }) => name)).toEqual(columns)
    expect(() => checkColumnNames(layout.schema)).not.toThrow()
    expect(layout.notices).toHaveLength(columns.filter((name, index) => name !== names[index]).length)
  })

  test('may be words that JavaScript has a meaning for', () => {
    expect(columnsOf(text('constructor'), text('toString'))).toEqual(['constructor', 'toString'])
  })
})

describe('the hash of a layout', () => {
  const title = fieldOf('title', 'STRING')
  const price = fieldOf('price', 'MONEY')
  const hash = hashOf(title, price)

  test('is the SHA-256 of its documented JSON', () => {
    // printf %s '[{"column":"title","type":"string","castPolicy":"TO_STRING","isKey":false},{"column":"price",…}]' | sha256sum
    expect(hash).toBe('6970f19029f64153de582c48a8d398f3dbc1adc18dcb07ed61569472c07b9321')
  })

  test('does not count what leaves the table as it is', () => {
    expect(hashOf({ ...title, description: 'new' }, price)).toBe(hash)
    expect(hashOf(title, { ...price, dataType: 'CURRENCY' })).toBe(hash)
    expect(hashOf({ ...title, dataType: 'LINK' }, price)).toBe(hash)
    expect(hashOf(fieldOf('_id', 'STRING'), title, price)).toBe(hash)
  })

  test('counts what changes the table, fields of a transformation too', () => {
    const changed = [
      hashOf(price, title),
      hashOf(title),
      hashOf({ ...title, isKey: true }, price),
      hashOf({ ...title, dataType: 'OBJECT' }, price),
      hashOf(title, price, fieldOf('eur', 'NUMBER', { fieldType: 'TRANSFORM_OUTPUT' })),
      columnLayout(descriptorOf(title, price), { money: 'flat' }).hash,
    ]
    expect(new Set([hash, ...changed]).size).toBe(changed.length + 1)
  })
})

test('a key of which a part is private is none', () => {
  const key = (...fields: GivenField[]): readonly string[] => columnLayout(descriptorOf(...fields)).key
  const sku = fieldOf('sku', 'STRING', { isKey: true })
  expect(key(sku, fieldOf('shop', 'LINK', { isKey: true }), fieldOf('name', 'STRING'))).toEqual(['sku', 'shop'])
  expect(key(sku, fieldOf('_shop', 'STRING', { isKey: true }))).toEqual([])
})
