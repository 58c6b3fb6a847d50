import { describe, expect, test } from 'vitest'
import { fileId, parseFileIdHash } from '../../src/wire/index.ts'

describe('the id of a file', () => {
  test('is the same for the same file of a table, and no other', () => {
    expect(fileId('table', 'a=1/part.parquet', 'parquet')).toBe(fileId('table', 'a=1/part.parquet', 'parquet'))
    const ids = [fileId('t', 'a', 'parquet'), fileId('t', 'b', 'parquet'), fileId('u', 'a', 'parquet')]
    expect(new Set(ids).size).toBe(3)
  })

  test('is as long as the reference server makes it', () => {
    expect(fileId('table', 'part.parquet', 'parquet')).toMatch(/^[0-9a-f]{32}$/)
    expect(fileId('table', 'part.parquet', 'delta')).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('the choice of ids', () => {
  test.each([
    [null, undefined],
    ['parquet', 'parquet'],
    ['Delta', 'delta'],
    [' delta ', 'delta'],
  ])('%j is %j', (header, hash) => {
    expect(parseFileIdHash(header)).toBe(hash)
  })

  test.each(['', ' ', 'md5', 'parquet,delta'])('%j is refused', (header) => {
    expect(() => parseFileIdHash(header)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
  })
})
