import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTable, openTable } from '../../src/index.ts'
import { spark } from './spark/call.ts'

const rowsFound = z.array(z.record(z.string(), z.unknown()))
let directory = ''

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'deltaquill-rules-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

async function bySpark(path: string, script: string): Promise<Record<string, unknown>[]> {
  return rowsFound.parse(await spark('run-script', { path, script }))
}

function column(name: string, type: string, metadata: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, type, nullable: true, metadata }
}

/** Spark gives each of its tasks values of its own, and so leaves gaps: only what comes from one row at a time is certain. */
describe('an identity column', () => {
  test('that Spark made is counted on by us, by Spark, and by us again, none twice', async () => {
    const path = join(directory, 'identity')
    await spark('make-feature', { feature: 'identity-column', path })
    const table = await openTable(path)
    await table.append([{ name: 'ours' }, { name: 'ours' }])
    const [last] = (await bySpark(path, "insert into {table} (name) values ('Spark')")).filter(isBySpark)
    await table.refresh()
    await table.append([{ name: 'ours again' }])
    await table.settled()
    const found = await bySpark(path, "insert into {table} (name) values ('Spark')")
    const ids = found.map(({ id }) => Number(id)).toSorted((a, b) => a - b)
    expect(last).toMatchObject({ id: 35 })
    expect(ids).toEqual([10, 15, 20, 25, 30, 35, 40, 45])
  })

  test('that we made, downwards, is counted on by Spark', async () => {
    const path = join(directory, 'downwards')
    const sequence = {
      'delta.identity.start': -1,
      'delta.identity.step': -2,
      'delta.identity.allowExplicitInsert': true,
    }
    const fields = [column('id', 'long', sequence), column('name', 'string')]
    const table = await createTable(path, { schema: JSON.stringify({ type: 'struct', fields }) })
    await table.append([{ name: 'a' }, { name: 'b' }])
    await table.settled()
    const found = await bySpark(path, "insert into {table} (name) values ('Spark')")
    expect(found.map(({ id }) => Number(id)).toSorted((a, b) => b - a)).toEqual([-1, -3, -5])
  })
})

test('defaults and constraints of a table that we made are kept by Spark as by us', async () => {
  const path = join(directory, 'rules')
  const fields = [column('id', 'long'), column('name', 'string', { CURRENT_DEFAULT: "'none'" })]
  const table = await createTable(path, {
    schema: JSON.stringify({ type: 'struct', fields }),
    properties: { 'delta.constraints.positive': "id BETWEEN 1 AND 9 AND name <> 'no'" },
  })
  await table.append([{ id: 1 }])
  await table.settled()
  const found = await bySpark(path, 'insert into {table} (id) values (2)')
  expect(found.map(({ name }) => name)).toEqual(['none', 'none'])
  for (const broken of [
    { id: 0, name: 'x' },
    { id: 3, name: 'no' },
    { id: null, name: 'x' },
  ]) {
    await expect(table.append([broken])).rejects.toThrow(/breaks the CHECK constraint positive/)
    const values = `${broken.id ?? 'null'}, '${broken.name}'`
    await expect(bySpark(path, `insert into {table} values (${values})`)).rejects.toThrow(/positive/)
  }
})

function isBySpark({ name }: Record<string, unknown>): boolean {
  return name === 'Spark'
}
