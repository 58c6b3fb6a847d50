import { describe, expect, test } from 'vitest'
import { parseTableName, sameName } from '../../src/manifest/index.ts'
import { checkRecipientName, checkShareName } from '../../src/manifest/name.ts'

const refused = expect.objectContaining({ code: 'invalid-argument' })

describe('the name of a share', () => {
  test.each(['sales', 'Verkäufe-2026', 'a.b', '销售', '..', 'a'.repeat(200)])('may be %s', (name) => {
    expect(() => checkShareName(name)).not.toThrow()
  })

  test.each(['', 'a b', 'a/b', 'a\nb', '\u007f', '\ud800', 'a'.repeat(201), '销'.repeat(70), 'İ'.repeat(100)])(
    'may not be %j',
    (name) => {
      expect(() => checkShareName(name)).toThrow(refused)
    },
  )
})

describe('the name of a table', () => {
  test('is schema and table with one dot between', () => {
    expect(parseTableName('shop.orders')).toEqual({ schema: 'shop', name: 'orders' })
  })

  test.each(['orders', 'a.b.c', '.orders', 'shop.', 'shop.or ders', 'shop/x.orders'])('may not be %j', (text) => {
    expect(() => parseTableName(text)).toThrow(refused)
  })
})

describe('the name of a recipient', () => {
  test.each(['acme', 'Acme_Corp-2.x', 'a'.repeat(64)])('may be %s', (name) => {
    expect(() => checkRecipientName(name)).not.toThrow()
  })

  test.each(['', '-acme', '_x', 'a b', 'ä', 'a/b', '../x', 'a'.repeat(65)])(
    'may not be %j, for it stands in a header',
    (name) => {
      expect(() => checkRecipientName(name)).toThrow(refused)
    },
  )
})

test('names are the same whatever their case', () => {
  expect(sameName('Sales', 'sALES')).toBe(true)
  expect(sameName('sales', 'sales2')).toBe(false)
})
