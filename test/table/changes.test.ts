import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTable, type Row } from '../../src/index.ts'
import { formatCommit, formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { changeSchema } from '../../src/scan/index.ts'
import { formatRowJson } from '../../src/schema/index.ts'
import { collect } from '../collect.ts'
import { putText } from '../log/table.ts'
import { field, tableWith } from './table-with.ts'

const FOLDER = 'fixtures/changes'
const cases = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'changes.jsonl')))

describe('the changes of a table that another writer made', () => {
  test.each(cases)('%s are the rows that its writer reads', async (name) => {
    const table = await openTable(join(FOLDER, name, 'table'))
    const expected = linesOf(join(FOLDER, name, 'changes.jsonl'))
    const columns = Object.keys(expected[0] ?? {})
    const { fields } = changeSchema(table.schema)
    const format = formatRowJson({ type: 'struct', fields: fields.filter((each) => columns.includes(each.name)) })
    const rows = await collect(table.changes({ from: 0 }))
    expect(inOrder(rows.map((row) => JSON.parse(format(row))))).toEqual(inOrder(expected))
  })

  test.each(cases)('%s come version by version, whichever part of them is asked for', async (name) => {
    const table = await openTable(join(FOLDER, name, 'table'))
    const all = await collect(table.changes({ from: 0 }))
    const versions = all.map((row) => Number(row._commit_version))
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    const columns = ['_commit_version', '_change_type', 'id']
    const parts: Row[] = []
    for (let from = 0; from <= table.version; from += 2) {
      parts.push(...(await collect(table.changes({ from, to: Math.min(from + 1, table.version), columns }))))
    }
    expect(parts).toEqual(all.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]]))))
  })

  test.each(cases)('%s add up to the rows of each version', async (name) => {
    const newest = await openTable(join(FOLDER, name, 'table'))
    for (let version = 0; version <= newest.version; version++) {
      const table = await openTable(join(FOLDER, name, 'table'), { version })
      const rows = new Map<string, number>()
      for await (const { _change_type: type, _commit_version, _commit_timestamp, ...row } of table.changes({
        from: 0,
      })) {
        const text = formatRowJson(table.schema)(row)
        rows.set(text, (rows.get(text) ?? 0) + (type === 'insert' || type === 'update_postimage' ? 1 : -1))
      }
      const left = [...rows].flatMap(([text, count]) => new Array<string>(count).fill(text))
      const live = (await collect(table.read())).map(formatRowJson(table.schema))
      expect([version, left.toSorted()]).toEqual([version, live.toSorted()])
    }
  })
})

const FEED = { 'delta.enableChangeDataFeed': 'true' }

describe('the changes of a table of our own', () => {
  test('are its appends, which need no change files', async () => {
    const { table, settings } = await tableWith([field('id', 'long')], { properties: FEED, rows: [{ id: 1 }] })
    await table.append([{ id: 2 }, { id: 3 }])
    const [{ timestamp } = { timestamp: 0 }] = await table.history({ limit: 1 })
    expect(await collect(table.changes({ from: 1 }))).toEqual(
      [2, 3].map((id) => ({
        id,
        _change_type: 'insert',
        _commit_version: 1,
        _commit_timestamp: new Date(timestamp).toISOString().replace('Z', '000Z'),
      })),
    )
    expect((await openTable('memory://t', settings)).version).toBe(1)
  })

  test('can be asked for by columns and by conditions on the row and on the change', async () => {
    const { table } = await tableWith([field('id', 'long')], { properties: FEED, rows: [{ id: 1 }] })
    await table.append([{ id: 2 }, { id: 3 }])
    const ids = async (where: object) =>
      (await collect(table.changes({ from: 0, columns: ['id'], where }))).map(({ id }) => id)
    expect(await ids({ id: { gte: 2 } })).toEqual([2, 3])
    expect(await ids({ _commit_version: 0 })).toEqual([1])
    expect(await ids({ _change_type: { ne: 'insert' } })).toEqual([])
  })

  test('are none behind the last version, and an error further on', async () => {
    const { table } = await tableWith([field('id', 'long')], { properties: FEED, rows: [{ id: 1 }] })
    expect(await collect(table.changes({ from: 1 }))).toEqual([])
    for (const range of [{ from: 2 }, { from: 0, to: 1 }, { from: 1, to: 0 }, { from: -1 }, { from: 0, to: 0.5 }]) {
      await expect(collect(table.changes(range))).rejects.toThrow(expect.objectContaining({ code: 'invalid-argument' }))
    }
  })

  test('are refused for a table whose own columns have the names of theirs', async () => {
    const { table } = await tableWith([field('_Change_Type', 'string')], {
      properties: FEED,
      rows: [{ _Change_Type: 'x' }],
    })
    await expect(collect(table.changes({ from: 0 }))).rejects.toThrow(/_change_type.*rename it/)
  })

  test('are an error where the schema changed so that one cannot tell them all', async () => {
    const { table, settings } = await tableWith([field('id', 'long')], { properties: FEED, rows: [{ id: 1 }] })
    const { metadata } = await loadSnapshot(settings.store)
    const schemaString = metadata.schemaString.replace('"id"', '"name"')
    await putText(settings.store, formatCommitPath(1), formatCommit([{ metaData: { ...metadata, schemaString } }]))
    await table.refresh()
    await expect(collect(table.changes({ from: 0 }))).rejects.toThrow(
      /version 0 .* of version 1: column id was dropped/,
    )
    expect(await collect(table.changes({ from: 0, to: 0, columns: ['id'] }))).toEqual([{ id: 1 }])
  })

  test('are an error where a file is gone, which is not passed over', async () => {
    const { table, settings } = await tableWith([field('id', 'long')], { properties: FEED, rows: [{ id: 1 }] })
    for (const { path } of table.files()) await settings.store.delete([path])
    await expect(collect(table.changes({ from: 0 }))).rejects.toThrow(/changes of version 0 .* VACUUM/)
  })
})

function linesOf(file: string): Record<string, unknown>[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

function inOrder(rows: readonly Record<string, unknown>[]): string[] {
  return rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).toSorted()))).toSorted()
}
