import { describe, expect, test } from 'vitest'
import { loadShare } from '../../src/manifest/index.ts'
import { keysOf } from '../keys-of.ts'
import { ANN, FIRST, worldWith } from './erase-world.ts'
import type { Given, World } from './world.ts'

test('a column that no table of the workflow has is refused before anything is done, with the one that may be meant', async () => {
  const { store, open } = await worldWith(FIRST)
  const { generation } = await loadShare(store, 'kadoa_acme')
  const erase = (column: string, workflowId?: string) => open().erase({ workflowId, keys: [{ [column]: ANN }] })
  await expect(erase('emial', 'people')).rejects.toMatchObject({
    code: 'invalid-argument',
    message: 'nothing was erased: no table of workflow people has a column "emial"; did you mean "email"?',
    details: { column: 'emial' },
  })
  await expect(erase('Email')).rejects.toThrow('no table of any workflow has a column "Email"; did you mean "email"?')
  await expect(erase('telephone')).rejects.toThrow('has a column "telephone"; look at its name')
  expect((await loadShare(store, 'kadoa_acme')).generation).toBe(generation)
  expect(await erase('email')).toMatchObject({ tables: [{ rows: 1 }] })
})

describe('a value is taken as its column has it', () => {
  const FIELDS = [
    { name: 'phone', dataType: 'NUMBER' },
    { name: 'seen', dataType: 'DATETIME' },
    { name: 'born', dataType: 'DATE' },
  ]
  const OTHER = { phone: 4922155501234, seen: '2026-01-02T03:04:06Z', born: '1991-01-02' }
  const callers = (row: object): Given => ({
    workflowId: 'callers',
    runId: 'c1',
    day: 1,
    fields: FIELDS,
    rows: [{ ...OTHER, ...row }, OTHER],
  })

  test.each<[string, object, string]>([
    ['phone', { phone: 4922155501299 }, ' 4922155501299.0'],
    ['phone', { phone: 4922155501299 }, '4.922155501299e12'],
    ['seen', { seen: '2026-01-02T03:04:05Z' }, '2026-01-02 04:04:05+01:00'],
    ['born', { born: '1990-02-03' }, '1990-02-03T00:00:00'],
  ])('in column %s of %j: %j', async (column, row, value) => {
    const world = await worldWith(callers(row))
    const [file = ''] = await filesOf(world, 'WF_CALLERS__V1')
    const { body } = await world.store.get(file)
    expect(await world.open().erase({ keys: [{ [column]: value }] })).toMatchObject({
      tables: [{ rows: 1 }],
      proof: { isProven: true },
    })
    // Found also where nobody but the proof comes by.
    await world.store.put('tables/acme/kadoa/WF_CALLERS__V1/0/_left.parquet', body, { mode: 'create' })
    const { proof } = await world.open().erase({ keys: [{ [column]: value }] })
    expect(proof.isProven).toBe(false)
    expect(new Set(proof.traces.map(({ where }) => where))).toContain('data')
  })

  test.each(['0x10', '0b10000', '1e999', 'Infinity', ' '])('a text that is no number names none: %j', async (phone) => {
    const world = await worldWith(callers({ phone: 16 }))
    const { tables } = await world.open().erase({ keys: [{ phone }], proof: ['nowhere'] })
    expect(tables).toEqual([{ name: 'WF_CALLERS__V1', rows: 0 }])
  })
})

async function filesOf({ store }: World, table: string): Promise<string[]> {
  const keys = await keysOf(store, `tables/acme/kadoa/${table}/`)
  return keys.filter((key) => key.endsWith('.parquet') && !key.includes('_delta_log'))
}
