import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTable, type Row } from '../../src/index.ts'
import { changeSchema } from '../../src/scan/index.ts'
import { formatRowJson } from '../../src/schema/index.ts'

const FOLDER = 'fixtures/changes'
const cases = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'changes.jsonl')))

async function gather(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}

describe('the changes of a table that another writer made', () => {
  test.each(cases)('%s are the rows that its writer reads', async (name) => {
    const table = await openTable(join(FOLDER, name, 'table'))
    const expected = linesOf(join(FOLDER, name, 'changes.jsonl'))
    const columns = Object.keys(expected[0] ?? {})
    const { fields } = changeSchema(table.schema)
    const format = formatRowJson({ type: 'struct', fields: fields.filter((each) => columns.includes(each.name)) })
    const rows = await gather(table.changes({ from: 0 }))
    expect(inOrder(rows.map((row) => JSON.parse(format(row))))).toEqual(inOrder(expected))
  })

  test.each(cases)('%s come version by version, whichever part of them is asked for', async (name) => {
    const table = await openTable(join(FOLDER, name, 'table'))
    const all = await gather(table.changes({ from: 0 }))
    const versions = all.map((row) => Number(row._commit_version))
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    const columns = ['_commit_version', '_change_type', 'id']
    const parts: Row[] = []
    for (let from = 0; from <= table.version; from += 2) {
      parts.push(...(await gather(table.changes({ from, to: Math.min(from + 1, table.version), columns }))))
    }
    expect(parts).toEqual(all.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]]))))
  })
})

function linesOf(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

function inOrder(rows: readonly Record<string, unknown>[]): string[] {
  return rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).toSorted()))).toSorted()
}
