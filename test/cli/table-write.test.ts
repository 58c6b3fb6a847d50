import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Finished, runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-write-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const write = (table: string, stdin: string, ...options: string[]): Promise<Finished> =>
  runCommand(['table', 'write', table, '--from', '-', '--format', 'jsonl', ...options], { cwd, stdin })
const rows = async (table: string, ...options: string[]): Promise<string[]> =>
  (await runCommand(['table', 'read', table, ...options], { cwd })).stdout.trim().split('\n')
const info = async (table: string) => JSON.parse((await runCommand(['table', 'info', table, '--json'], { cwd })).stdout)

test('a second write needs --mode append, which makes a missing table too', async () => {
  expect(await write('./grows', '{"a":1}', '--mode', 'append', '--json')).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^\{"version":0,"rows":1,"files":1,"bytes":\d+,"skipped":false\}\n$/),
  })
  expect(await write('./grows', '{"a":2}')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('./grows has a table already (version 0): add to it with --mode append'),
  })
  expect(await write('./grows', '{"a":2}', '--mode', 'append')).toMatchObject({ exit: 0 })
  expect((await rows('./grows')).sort()).toEqual(['{"a":1}', '{"a":2}'])
  expect(await rows('./grows', '--version', '0')).toEqual(['{"a":1}'])
})

test('a batch with an application id and version is written once', async () => {
  const batch = ['--mode', 'append', '--app-id', 'loader', '--app-version', '7', '--json']
  expect(JSON.parse((await write('./once', '{"a":1}', ...batch)).stdout)).toMatchObject({ rows: 1, skipped: false })
  expect(JSON.parse((await write('./once', '{"a":1}', ...batch)).stdout)).toMatchObject({ rows: 0, skipped: true })
  expect(await rows('./once')).toEqual(['{"a":1}'])
})

test('partition columns and properties are those of the new table', async () => {
  await write('./parts', '{"a":1,"c":"de"}\n{"a":2,"c":"fr"}', '--partition-by', 'c', '--property', 'owner=me')
  expect(await info('./parts')).toMatchObject({
    files: 2,
    rows: 2,
    partitionColumns: ['c'],
    properties: { owner: 'me' },
  })
  expect(await write('./parts', '{"a":3,"c":"de"}', '--mode', 'append', '--partition-by', 'a')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('--partition-by a: the table is there and is partitioned by c'),
  })
})

test('a schema that is given decides how cells and numbers are read', async () => {
  const column = (name: string, type: string) => ({ name, type, nullable: true, metadata: {} })
  const fields = [column('code', 'string'), column('price', 'decimal(10,2)')]
  writeFileSync(join(cwd, 'schema.json'), JSON.stringify({ type: 'struct', fields }))
  writeFileSync(join(cwd, 'prices.csv'), 'code,price\n7,1.5\n')
  const given = ['--from', 'prices.csv', '--schema', 'schema.json']
  expect(await runCommand(['table', 'write', './prices', ...given], { cwd })).toMatchObject({ exit: 0 })
  expect(await rows('./prices')).toEqual(['{"code":"7","price":1.50}'])
})

test('new names are shown, and appended rows get them too', async () => {
  const first = await write('./renamed', '{"unit price":1}', '--rename-columns')
  expect(first).toMatchObject({ exit: 0, stderr: 'note: column "unit price" is written as "unit_price"\n' })
  await write('./renamed', '{"unit price":2}', '--rename-columns', '--mode', 'append')
  expect((await rows('./renamed')).sort()).toEqual(['{"unit_price":1}', '{"unit_price":2}'])
})

test('columns are called what the file calls them in a table with column mapping', async () => {
  const row = '{"unit price":1,"a=b":"x"}'
  const mapping = ['--property', 'delta.columnMapping.mode=name'] as const
  const refused = await write('./mapped', row)
  expect(refused).toMatchObject({ exit: 2, stderr: expect.stringContaining(mapping[1]) })
  expect(await write('./mapped', row, ...mapping, '--partition-by', 'a=b')).toMatchObject({ exit: 0, stderr: '' })
  await write('./mapped', '{"unit price":2,"a=b":"y"}', '--mode', 'append')
  expect((await rows('./mapped')).sort()).toEqual([row, '{"unit price":2,"a=b":"y"}'])
  const filtered = ['table', 'read', './mapped', '--columns', 'unit price', '--where', '{"a=b":"y"}']
  expect((await runCommand(filtered, { cwd })).stdout).toBe('{"unit price":2}\n')
})

test('appending a file without rows changes nothing', async () => {
  await write('./same', '{"a":1}')
  writeFileSync(join(cwd, 'none.json'), '[]')
  const appended = await runCommand(['table', 'write', './same', '--from', 'none.json', '--mode', 'append'], { cwd })
  expect(appended).toMatchObject({ exit: 0, stdout: 'wrote 0 rows in 0 files (0 B) to ./same, version 0\n' })
})

describe('a write that fails leaves a reader nothing to see:', () => {
  test('of a new table there is no file at all', async () => {
    writeFileSync(join(cwd, 'late.csv'), `id\n${'1\n'.repeat(20_000)}1,2\n`)
    expect(await runCommand(['table', 'write', './late', '--from', 'late.csv'], { cwd })).toMatchObject({ exit: 7 })
    expect(readdirSync(cwd)).not.toContain('late')
  })

  test('a table that is there stays at its version, with the files it had', async () => {
    await write('./stays', '{"id":1}')
    const before = readdirSync(join(cwd, 'stays'), { recursive: true })
    const failed = await write('./stays', '{"id":2}\n{"id":"x"}', '--mode', 'append', '--json')
    expect(failed.exit).toBe(2)
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { code: 'invalid-argument', row: 2, column: 'id' } })
    expect(readdirSync(join(cwd, 'stays'), { recursive: true })).toEqual(before)
  })
})

test.each([[['--merge-schema'], '--merge-schema is not supported yet']])(
  'what is not there yet is refused by name: %j',
  async (options, message) => {
    expect(await write('./unsupported', '{"a":1}', ...options)).toMatchObject({
      exit: 6,
      stderr: expect.stringContaining(message),
    })
  },
)

test('an input that is missing, a directory, or without a format is told apart', async () => {
  for (const [from, exit, message] of [
    ['missing.csv', 4, 'the input file missing.csv does not exist'],
    ['.', 2, '. is a directory: expected a file'],
    ['-', 2, 'stdin has no name that tells its format: say --format json|jsonl|csv'],
  ] as const) {
    const failed = await runCommand(['table', 'write', './none', '--from', from], { cwd })
    expect(failed).toMatchObject({ exit, stderr: expect.stringContaining(message) })
  }
})

test('--mode overwrite replaces all rows, or those of --where, and makes a missing table', async () => {
  expect(await write('./over', '{"a":1,"c":"de"}', '--mode', 'overwrite', '--json')).toMatchObject({ exit: 0 })
  await write('./over', '{"a":2,"c":"fr"}', '--mode', 'append')
  const some = ['--mode', 'overwrite', '--where', '{"c":"fr"}', '--json']
  expect(await write('./over', '{"a":3,"c":"fr"}', ...some)).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^\{"version":2,"rows":1,"files":1,"bytes":\d+,"skipped":false\}\n$/),
  })
  expect((await rows('./over')).sort()).toEqual(['{"a":1,"c":"de"}', '{"a":3,"c":"fr"}'])
  expect(await write('./over', '{"a":3,"c":"de"}', ...some)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('row 1 breaks the filter of the overwrite'),
  })
  await write('./over', '{"a":4,"c":"it"}', '--mode', 'overwrite')
  expect(await rows('./over')).toEqual(['{"a":4,"c":"it"}'])
})

test('--mode overwrite with --schema gives the table another schema', async () => {
  await write('./anew', '{"a":1}')
  const fields = [{ name: 'b', type: 'string', nullable: true, metadata: {} }]
  writeFileSync(join(cwd, 'b.json'), JSON.stringify({ type: 'struct', fields }))
  expect(await write('./anew', '{"b":"x"}', '--mode', 'overwrite', '--schema', 'b.json')).toMatchObject({ exit: 0 })
  expect(await rows('./anew')).toEqual(['{"b":"x"}'])
})

test('--where without --mode overwrite is refused', async () => {
  expect(await write('./nowhere', '{"a":1}', '--where', '{"a":1}')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('--where goes with --mode overwrite'),
  })
})
