import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalPath } from '../../src/log/data-path.ts'
import { decodePath, encodePath, isAbsolutePath, partitionDirectory } from '../../src/log/index.ts'

const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.startsWith('/'))

describe('a path in the log', () => {
  test('decodes to the key it was encoded from, whatever the key', () => {
    fc.assert(
      fc.property(key, (text) => {
        expect(decodePath(encodePath(text))).toBe(text)
      }),
    )
  })

  test('is never mistaken for an absolute one', () => {
    fc.assert(
      fc.property(key, (text) => {
        expect(isAbsolutePath(encodePath(text))).toBe(false)
      }),
    )
  })

  test.each([
    ['country=US%2FEast/part-0.parquet', 'country=US%252FEast/part-0.parquet'],
    ['ts=2013-07-05 17%3A01%3A00.123456/part-0', 'ts=2013-07-05%2017%253A01%253A00.123456/part-0'],
    ["a+b&c=d@e~f!$'()*,;", "a+b&c=d@e~f!$'()*,;"],
    ['straße/部分', 'straße/部分'],
    ['a//b/../c', 'a//b/../c'],
    ['s3:not-a-scheme', 's3%3Anot-a-scheme'],
    ['<a>|{b}\\^`"#?[]', '%3Ca%3E%7C%7Bb%7D%5C%5E%60%22%23%3F%5B%5D'],
    ['no\u00A0break\u0007bell', 'no%C2%A0break%07bell'],
  ])('of %s is %s', (text, path) => {
    expect(encodePath(text)).toBe(path)
    expect(decodePath(path)).toBe(text)
  })

  test('is decoded exactly once', () => {
    expect(decodePath('a%2525')).toBe('a%25')
  })

  test('that is not URI-encoded is named as damage', () => {
    for (const path of ['100%', 'a%zz', 'a%ff']) expect(() => decodePath(path)).toThrow(/not URI-encoded/)
  })

  test('cannot hold half a surrogate pair', () => {
    expect(() => encodePath('a\uD800')).toThrow(/surrogate/)
  })
})

describe('an absolute path', () => {
  test('below the table’s root is the same as a relative one', () => {
    expect(decodePath('s3://bucket/table/a%20b', 's3://bucket/table')).toBe('a b')
    expect(decodePath('s3a://bucket/table/a', 's3://bucket/table/')).toBe('a')
    expect(decodePath('file:/data/table/a', 'file:///data/table')).toBe('a')
    expect(decodePath('file:///my%20data/50%25/a', 'file:///my%20data/50%25')).toBe('a')
  })

  test.each([
    ['/data/table/a', undefined],
    ['s3://bucket/table/a', undefined],
    ['s3://bucket/table-2/a', 's3://bucket/table'],
    ['abfss://c@account/a', 's3://bucket/table'],
  ])('outside it (%s) cannot be reached', (path, location) => {
    expect(() => decodePath(path, location)).toThrow(/outside the table/)
  })

  test('of a local file has one canonical form', () => {
    const forms = ['/some/path', 'file:/some/path', 'file:///some/path', 'file:/some/pat%68']
    expect(new Set(forms.map((path) => canonicalPath(path)))).toEqual(new Set(['/some/path']))
  })
})

test.each([
  ['country', 'DE', 'country=DE'],
  ['country', 'US/East', 'country=US%2FEast'],
  ['a=b', 'c d é', 'a%3Db=c%20d%20%C3%A9'],
  ['town', '東京 😀', 'town=%E6%9D%B1%E4%BA%AC%20%F0%9F%98%80'],
  ['ts', '2024-06-15T19:30:45.123456Z', 'ts=2024-06-15T19%3A30%3A45.123456Z'],
  ['x', null, 'x=__HIVE_DEFAULT_PARTITION__'],
  ['x', '', 'x=__HIVE_DEFAULT_PARTITION__'],
  ['x', '"#%\'*:?\\{[]^\u0001\u007f', 'x=%22%23%25%27%2A%3A%3F%5C%7B%5B%5D%5E%01%7F'],
])('the directory of %s = %s is %s', (column, value, directory) => {
  expect(partitionDirectory(column, value)).toBe(directory)
})
