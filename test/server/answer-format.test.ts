import { describe, expect, test } from 'vitest'
import { chooseFormat } from '../../src/server/answer-format.ts'
import { parseCapabilities } from '../../src/wire/index.ts'

const NAME = { share: 'sales', schema: 'shop', table: 'orders' }
const choose = (needed: readonly string[], header: string) => chooseFormat(needed, parseCapabilities(header), NAME)

describe('the format of an answer', () => {
  test.each([
    [[], '', 'parquet'],
    [[], 'responseformat=parquet', 'parquet'],
    [[], 'responseformat=delta', 'delta'],
    [[], 'responseformat=delta,parquet;readerfeatures=deletionvectors', 'parquet'],
    [[], 'responseformat=iceberg,parquet', 'parquet'],
    [['deletionVectors'], 'responseformat=delta,parquet;readerfeatures=deletionVectors', 'delta'],
    [
      ['columnMapping', 'deletionVectors'],
      'responseformat=delta;readerfeatures=columnmapping,deletionvectors',
      'delta',
    ],
    [['timestampNtz'], 'responseformat=delta,parquet;readerfeatures=deletionvectors', 'delta'],
    [['timestampNtz'], 'responseformat=delta', 'delta'],
    [['typeWidening'], 'responseformat=delta;readerfeatures=typewidening-preview', 'delta'],
  ])('of a table that needs %j, for a client that says %j, is %s', (needed, header, format) => {
    expect(choose(needed, header)).toBe(format)
  })

  test.each([
    [['deletionVectors'], '', 'asks for responseformat=delta with readerfeatures=deletionvectors'],
    [['timestampNtz'], 'responseformat=parquet', 'asks for responseformat=delta'],
    [['deletionVectors'], 'responseformat=parquet;readerfeatures=deletionvectors', 'responseformat=delta'],
    [['deletionVectors'], 'responseformat=delta', 'lists deletionvectors'],
    [
      ['deletionVectors', 'columnMapping'],
      'responseformat=delta,parquet;readerfeatures=deletionvectors',
      'lists columnmapping',
    ],
    [['variantType'], 'responseformat=delta;readerfeatures=deletionvectors', 'lists varianttype'],
    [[], 'responseformat=iceberg', 'responseformat=iceberg'],
  ])('there is none for a table that needs %j and a client that says %j', (needed, header, advice) => {
    expect(() => choose(needed, header)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining(advice) }),
    )
  })

  test('is refused in the words that some clients look for', () => {
    expect(() => choose(['deletionVectors'], '')).toThrow(/^DS_UNSUPPORTED_DELTA_TABLE_FEATURES: table shop\.orders /)
  })
})
