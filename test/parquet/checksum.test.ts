import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { schemaOf } from './arbitraries.ts'
import { encode, readAll } from './encode.ts'
import { failureOf } from './failure-of.ts'

const schema = schemaOf({ id: 'long', name: 'string' })
const rows = Array.from({ length: 300 }, (_, i) => ({ id: i * 7, name: `name ${i % 5}` }))

describe('a file with checksums', () => {
  const { bytes } = encode(schema, rows, { codec: 'none', checksums: true })

  test('is read as one without, which is a little shorter', async () => {
    const without = encode(schema, rows, { codec: 'none' }).bytes
    expect(await readAll(bytes)).toEqual(await readAll(without))
    expect(bytes.length).toBeGreaterThan(without.length)
    expect(bytes.length).toBeLessThan(without.length + 50)
  })

  test('of which a value has changed is damaged, though it could be decoded', async () => {
    const changed = bytes.slice()
    const at = Buffer.from(changed).indexOf('name 3')
    changed[at] = 0x4e
    const error = await failureOf(() => readAll(changed))
    expect([error.code, error.details.file]).toEqual(['invalid-data', 'test.parquet'])
    expect(error.message).toContain("column 'name' of row group 0: a page does not match its checksum")
  })
})

const folder = new URL('../../fixtures/parquet/foreign/', import.meta.url)

test.each(['arrow-checksum', 'arrow-checksum-v2'])('%s has other checksums once it is changed', async (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.parquet`, folder)))
  await readAll(bytes)
  const changed = bytes.slice()
  const at = Buffer.from(changed).indexOf('value 3')
  changed[at] = 0x56
  expect((await failureOf(() => readAll(changed))).message).toContain('does not match its checksum')
})
