import { expect, test } from 'vitest'
import { encodeParquet, openStoredParquet, type StoredBytes } from '../../../src/parquet/index.ts'
import { collect } from '../../collect.ts'

async function storedIn(file: Uint8Array): Promise<{ dataEnd: number; contents: StoredBytes[] }> {
  const { dataEnd, contents } = await openStoredParquet(file)
  return { dataEnd, contents: await collect(contents()) }
}

const textOf = ({ bytes }: StoredBytes): string => new TextDecoder().decode(bytes)

test.each(['none', 'snappy', 'gzip'] as const)(
  'the stored bytes of a file in %s come decompressed, dictionaries and bounds too',
  async (codec) => {
    const rows = Array.from({ length: 300 }, (_, id) => ({
      id,
      name: id % 2 === 0 ? 'even' : 'odd',
      inner: { text: `t${id}` },
    }))
    const file = await encodeParquet(rows, { codec })
    const { dataEnd, contents } = await storedIn(file)
    expect(new Set(contents.map(({ column, type }) => `${column} ${type}`))).toEqual(
      new Set(['id INT64', 'name BYTE_ARRAY', 'inner.text BYTE_ARRAY']),
    )
    const ofNames = contents.filter(({ column }) => column === 'name')
    expect(ofNames.filter(({ kind }) => kind === 'bound').map(textOf)).toEqual(['even', 'odd'])
    const [dictionary] = ofNames.filter(({ kind }) => kind === 'dictionary')
    expect(dictionary && textOf(dictionary)).toMatch(/even.*odd/s)
    expect(
      contents
        .filter(({ column, kind }) => column === 'inner.text' && kind !== 'bound')
        .map(textOf)
        .join(),
    ).toContain('t299')
    expect(dataEnd).toBeLessThan(file.length)
  },
)

test('what is no Parquet file has no stored bytes', async () => {
  await expect(storedIn(new TextEncoder().encode('PAR1, and nothing like it'))).rejects.toMatchObject({
    code: 'invalid-data',
  })
})
