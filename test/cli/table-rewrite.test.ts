import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type Finished, runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-rewrite-'))
afterAll(() => rmSync(cwd, { recursive: true }))

let tables = 0
let table = ''
beforeEach(async () => {
  table = `./table-${tables++}`
  const stdin = '{"id":1,"name":"a"}\n{"id":2,"name":"b"}\n{"id":3,"name":"c"}'
  await run(['write', table, '--from', '-', '--format', 'jsonl'], stdin)
})

const run = ([verb = '', ...others]: readonly string[], stdin = ''): Promise<Finished> =>
  runCommand(['table', verb, ...others], { cwd, stdin })
const rows = async (): Promise<string[]> => (await run(['read', table])).stdout.trim().split('\n').sort()

describe('table delete', () => {
  test('deletes the rows that pass, and tells how many', async () => {
    expect(await run(['delete', table, '--where', '{"id":{"gte":2}}'])).toMatchObject({
      exit: 0,
      stdout: `deleted 2 rows of ${table}, version 1\n`,
    })
    expect(await rows()).toEqual(['{"id":1,"name":"a"}'])
    expect((await run(['delete', table, '--where', '{"id":9}'])).stdout).toMatch(/^nothing to do/)
  })

  test('wants to be told that all rows are meant', async () => {
    expect(await run(['delete', table])).toMatchObject({ exit: 2, stderr: expect.stringContaining('--where or --all') })
    const { stdout } = await run(['delete', table, '--all', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, rows: 3, rowsDeleted: 3, filesRemoved: 1, files: 0 })
  })
})

test('table update sets columns of the rows that pass', async () => {
  expect(await run(['update', table, '--where', '{"id":2}', '--set', '{"name":"two"}'])).toMatchObject({
    exit: 0,
    stdout: `updated 1 row of ${table}, version 1\n`,
  })
  expect(await rows()).toEqual(['{"id":1,"name":"a"}', '{"id":2,"name":"two"}', '{"id":3,"name":"c"}'])
})

test('table merge replaces rows with known keys and inserts others', async () => {
  const from = ['--from', '-', '--format', 'jsonl', '--on', 'id']
  const stdin = '{"id":2,"name":"two"}\n{"id":4,"name":"four"}'
  expect(await run(['merge', table, ...from], stdin)).toMatchObject({
    exit: 0,
    stdout: `updated 1 row and inserted 1 row of ${table}, version 1\n`,
  })
  const ignore = ['--when-matched', 'ignore', '--when-not-matched', 'ignore', '--json']
  expect(JSON.parse((await run(['merge', table, ...from, ...ignore], stdin)).stdout)).toMatchObject({ version: 1 })
  expect(await rows()).toEqual([
    '{"id":1,"name":"a"}',
    '{"id":2,"name":"two"}',
    '{"id":3,"name":"c"}',
    '{"id":4,"name":"four"}',
  ])
})

test.each([
  ['update', ['--where', '{"id":2}', '--set', '{"name":"two"}'], ''],
  ['delete', ['--where', '{"id":2}'], ''],
  ['merge', ['--from', '-', '--format', 'jsonl', '--on', 'id'], '{"id":2,"name":"two"}'],
])('table %s tells of what its table asks for and cannot have', async (verb, options, stdin) => {
  const property = ['--property', 'delta.parquet.compression.codec=lzo']
  const rowsIn = '{"id":1,"name":"a"}\n{"id":2,"name":"b"}'
  await run(['write', `${table}-lzo`, '--from', '-', '--format', 'jsonl', ...property], rowsIn)
  expect(await run([verb, `${table}-lzo`, ...options], stdin)).toMatchObject({
    exit: 0,
    stderr: expect.stringContaining('warning: the table asks for lzo compression'),
  })
})
