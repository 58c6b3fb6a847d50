import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isJsonObject, parseJson } from '../../src/json.ts'
import { bufferAccess, openParquet } from '../../src/parquet/index.ts'
import { caster } from '../../src/schema/index.ts'
import { readAll } from './encode.ts'

const folder = new URL('../../fixtures/parquet/foreign/', import.meta.url)
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.parquet'))
  .map((name) => name.replace('.parquet', ''))

describe('files of other writers', () => {
  test('are there', () => {
    expect(names.length).toBeGreaterThan(10)
  })

  test.each(names)('%s is read exactly', async (name) => {
    const bytes = readFileSync(new URL(`${name}.parquet`, folder))
    const lines = readFileSync(new URL(`${name}.jsonl`, folder), 'utf8')
      .trimEnd()
      .split('\n')
    const rows = lines.map((line) => parseJson(line))
    const { schema } = await openParquet(bufferAccess(bytes, name))
    const { length, columns } = await readAll(bytes)
    expect(length).toBe(rows.length)
    for (const { name: column, type } of schema.fields) {
      const cast = caster(type)
      const expected = rows.map((row) => cast(isJsonObject(row) ? row[column] : undefined))
      expect(columns.get(column), column).toEqual(expected)
    }
  })
})
