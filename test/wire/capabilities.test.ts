import { describe, expect, test } from 'vitest'
import { formatCapabilities, parseCapabilities } from '../../src/wire/index.ts'

describe('the capabilities header', () => {
  test.each([
    ['responseformat=delta,parquet;readerfeatures=deletionVectors', ['delta', 'parquet']],
    ['ResponseFormat=Parquet', ['parquet']],
    [' responseformat = delta , parquet ; x=1', ['delta', 'parquet']],
    ['asyncquery=true', ['parquet']],
    ['responseformat=', ['parquet']],
    ['responseformat=iceberg', ['iceberg']],
    ['nonsense;=;==;', ['parquet']],
    ['', ['parquet']],
    [null, ['parquet']],
  ])('%j accepts %j', (header, formats) => {
    expect(parseCapabilities(header).formats).toEqual(formats)
  })

  test('lists reader features without case, and by the names that they have since they are final', () => {
    const header =
      'responseformat=delta;readerfeatures=deletionVectors, columnMapping,typeWidening-preview,typeWidening'
    expect([...parseCapabilities(header).readerFeatures]).toEqual(['deletionvectors', 'columnmapping', 'typewidening'])
    expect(parseCapabilities('responseformat=delta').readerFeatures.size).toBe(0)
  })

  test.each([
    ['includeendstreamaction=true', true],
    ['IncludeEndStreamAction=TRUE;responseformat=parquet', true],
    ['includeendstreamaction=false', false],
    ['includeendstreamaction', false],
    [null, false],
  ])('%j asks for the end of the stream: %j', (header, asks) => {
    expect(parseCapabilities(header).includeEndStreamAction).toBe(asks)
  })

  test('is answered in lower case and without the word delta, for which the official Python client searches it', () => {
    expect(formatCapabilities({ formats: ['parquet'] })).toBe('responseformat=parquet')
    expect(formatCapabilities({ formats: ['parquet'], includeEndStreamAction: true })).toBe(
      'responseformat=parquet;includeendstreamaction=true',
    )
  })

  test('reads back as it was written', () => {
    const capabilities = {
      formats: ['delta', 'parquet'] as const,
      readerFeatures: new Set(['deletionvectors', 'columnmapping']),
      includeEndStreamAction: true,
    }
    expect(parseCapabilities(formatCapabilities(capabilities))).toEqual(capabilities)
  })
})
