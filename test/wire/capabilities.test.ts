import { describe, expect, test } from 'vitest'
import { acceptedFormats, formatCapabilitiesOf, parseCapabilities } from '../../src/wire/index.ts'

describe('the capabilities header', () => {
  test.each([
    ['responseformat=delta,parquet;readerfeatures=deletionVectors', ['delta', 'parquet']],
    ['ResponseFormat=Parquet', ['parquet']],
    [' responseformat = delta , parquet ; x=1', ['delta', 'parquet']],
    ['asyncquery=true', ['parquet']],
    ['responseformat=', ['parquet']],
    ['nonsense;=;==;', ['parquet']],
    ['', ['parquet']],
    [null, ['parquet']],
  ])('%j accepts %j', (header, formats) => {
    expect(acceptedFormats(parseCapabilities(header))).toEqual(formats)
  })

  test('is answered in lower case and without the word delta, for which the official Python client searches it', () => {
    expect(formatCapabilitiesOf('parquet')).toBe('responseformat=parquet')
  })
})
