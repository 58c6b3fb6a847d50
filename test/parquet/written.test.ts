import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parquetMetadata, toJson } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { isJsonObject, parseJson } from '../../src/json.ts'
import type { ParquetEncoderOptions } from '../../src/parquet/index.ts'
import { caster, parseSchema } from '../../src/schema/index.ts'
import { encode, readAll } from './encode.ts'

// UPDATE_FIXTURES=1 npx vitest run test/parquet/written.test.ts writes the files anew: look at the diff of *.footer.json.
const update = process.env.UPDATE_FIXTURES === '1'

const folder = new URL('../../fixtures/parquet/written/', import.meta.url)
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.footer.json'))
  .map((name) => name.replace('.json', ''))

function loadCase(name: string) {
  const parsed = parseJson(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  if (!isJsonObject(parsed) || !Array.isArray(parsed.rows)) throw new Error(`${name}.json is no case`)
  const options = parsed.options as ParquetEncoderOptions
  return { schema: parseSchema(parsed.schema ?? null), options, rows: parsed.rows.filter(isJsonObject) }
}

describe('files that are written', () => {
  test('are there', () => {
    expect(names.length).toBeGreaterThan(5)
  })

  test.each(names)('%s is the same byte for byte, has the same footer, and holds its rows', async (name) => {
    const { schema, options, rows } = loadCase(name)
    const { bytes } = encode(schema, rows, { ...options, createdBy: 'deltaquill version 0.0.0 (build fixture)' })
    const footer = `${JSON.stringify(toJson(parquetMetadata(bytes)), null, 1)}\n`
    if (update) {
      writeFileSync(new URL(`${name}.parquet`, folder), bytes)
      writeFileSync(new URL(`${name}.footer.json`, folder), footer)
    }
    expect(footer).toBe(readFileSync(new URL(`${name}.footer.json`, folder), 'utf8'))
    const stored = readFileSync(new URL(`${name}.parquet`, folder))
    expect(Buffer.compare(bytes, stored)).toBe(0)
    const { length, columns } = await readAll(stored, schema)
    expect(length).toBe(rows.length)
    for (const { name: column, type } of schema.fields) {
      const cast = caster(type)
      expect(columns.get(column), column).toEqual(rows.map((row) => cast(row[column])))
    }
  })
})
