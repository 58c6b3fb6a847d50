import { describe, expect, test } from 'vitest'
import { type DeletionVector, deletionVectorPath, inlineDeletionVector } from '../../src/log/index.ts'
import { decodeZ85 } from '../../src/log/z85.ts'

const vector = (storageType: DeletionVector['storageType'], text: string, sizeInBytes = 1): DeletionVector => {
  return { storageType, pathOrInlineDv: text, sizeInBytes, cardinality: 1 }
}

describe('Z85', () => {
  test('is decoded as its specification says', () => {
    expect(Array.from(decodeZ85('HelloWorld'))).toEqual([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b])
    expect(Array.from(decodeZ85('%nSc0'))).toEqual([0xff, 0xff, 0xff, 0xff])
    expect(Array.from(decodeZ85(''))).toEqual([])
  })

  test.each([
    ['0000', 'comes in fives'],
    ['000~0', '"~" is no character of Z85'],
    ['%nSc1', 'is more than 32 bits'],
  ])('that is %j is refused', (text, message) => {
    expect(() => decodeZ85(text)).toThrow(message)
  })
})

describe('the file of a deletion vector', () => {
  test('is named by a UUID at the root of the table, or below a random prefix', () => {
    const file = 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin'
    expect(deletionVectorPath(vector('u', '^-aqEH.-t@S}K{vb[*k^'))).toBe(file)
    expect(deletionVectorPath(vector('u', 'ab^-aqEH.-t@S}K{vb[*k^'))).toBe(`ab/${file}`)
  })

  test('has the path of the log where that is absolute', () => {
    expect(deletionVectorPath(vector('p', 's3://bucket/table/x%20y.bin'))).toBe('s3://bucket/table/x%20y.bin')
  })

  test('is none for an inline vector', () => {
    expect(deletionVectorPath(vector('i', '00000'))).toBeUndefined()
  })

  test.each(['', '^-aqEH.-t@S}K{vb', '^-aqEH.-t@S}K{vb[*k~'])('is invalid when its UUID is %j', (text) => {
    expect(() => deletionVectorPath(vector('u', text))).toThrow(expect.objectContaining({ code: 'invalid-data' }))
  })
})

describe('an inline deletion vector', () => {
  test('ends where the log says, before its padding', () => {
    expect(inlineDeletionVector(vector('i', 'HelloWorld', 7))).toHaveLength(7)
  })

  test.each([9, 4, 2 ** 40])('of 8 bytes is invalid where the log says %d', (size) => {
    const message = `it has 8 bytes, and is said to have ${size}`
    expect(() => inlineDeletionVector(vector('i', 'HelloWorld', size))).toThrow(message)
  })
})
