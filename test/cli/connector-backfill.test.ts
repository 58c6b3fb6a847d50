import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Finished, runCommand } from './run-command.ts'
import { postedTo } from './webhook.ts'

let cwd = ''
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'deltaquill-backfill-'))
  const recipient = { mode: 'token', contact: 'data@acme.example' }
  file('connector.json', JSON.stringify({ connectorId: 'acme', teamId: 'team-1', recipient }))
  run('live', 'live', 9)
  await deltaquill('provision', '--config', 'connector.json')
})
afterEach(() => rmSync(cwd, { recursive: true }))

const deltaquill = (...argv: string[]): Promise<Finished> =>
  runCommand(['connector', ...argv], { cwd, env: { DELTAQUILL_ROOT: './root' } })
const publishLive = () => deltaquill('publish', 'acme', '--run', 'live/run.json', '--rows', 'live/rows.jsonl')

function file(path: string, content: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), content)
}

function run(folder: string, runId: string, day: number, rows = '{"sku":"a"}\n'): void {
  const schema = { workflowId: 'shop', fields: [{ name: 'sku', dataType: 'STRING', isKey: true }] }
  const workflow = { id: 'shop', name: 'The shop' }
  const finishedAt = Date.UTC(2026, 0, day)
  const facts = { workflowId: 'shop', runId, state: 'FINISHED', finishedAt }
  file(`${folder}/run.json`, JSON.stringify({ workflow, schema, run: facts }))
  file(`${folder}/rows.jsonl`, rows)
}

test('a directory of runs is brought in once the first live run was published, and again for nothing', async () => {
  run('past/b', 'r1', 1)
  run('past/a', 'r2', 2)
  expect(await deltaquill('backfill', 'acme', '--from', 'past')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('publish one run first, then backfill'),
  })
  await publishLive()
  expect(await deltaquill('backfill', 'acme', '--from', 'past')).toEqual({
    exit: 0,
    stdout: 'published 2 runs with 2 rows; generation 2\n',
    stderr: '',
  })
  const again = await deltaquill('backfill', 'acme', '--from', 'past', '--json')
  expect(JSON.parse(again.stdout)).toEqual({
    published: 0,
    skipped: 2,
    retracted: 0,
    rows: 0,
    held: [],
    failed: [],
    unreadable: [],
    generation: 2,
  })
})

test('a folder may be a link, and one that has rows and no run.json is told of', async () => {
  run('elsewhere/a', 'r1', 1)
  run('past/b', 'r2', 2)
  symlinkSync(join(cwd, 'elsewhere/a'), join(cwd, 'past/a'))
  file('past/c/rows.jsonl', '{"sku":"a"}\n')
  file('past/notes/read.me', 'no run')
  await publishLive()
  const { exit, stdout } = await deltaquill('backfill', 'acme', '--from', 'past', '--json')
  expect(exit).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    published: 2,
    unreadable: [{ file: 'past/c/run.json', code: 'not-found' }],
  })
})

test('a link that leads nowhere stops a backfill before it begins', async () => {
  run('past/a', 'r1', 1)
  symlinkSync(join(cwd, 'gone'), join(cwd, 'past/b'))
  await publishLive()
  expect(await deltaquill('backfill', 'acme', '--from', 'past')).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('past/b cannot be read'),
  })
})

test('a manifest names the files; what is wrong with one run is told, and the others are published', async () => {
  run('past/good', 'r1', 1)
  run('past/cut', 'r2', 2, '{"sku":"a"}\n{"sku":')
  file('past/none.json', '{"workflow":{}}')
  const lines = ['good/run.json', 'cut/run.json', 'none.json'].map((path) => {
    return JSON.stringify({ run: path, rows: path.replace('run.json', 'rows.jsonl') })
  })
  file('past/all.jsonl', lines.join('\n'))
  await publishLive()
  const { exit, stdout, stderr } = await deltaquill('backfill', 'acme', '--from', 'past/all.jsonl', '--json')
  expect(exit).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    published: 1,
    held: [{ runId: 'r2', problems: [{ check: 'readableRows', blame: 'kadoa' }] }],
    failed: [],
    unreadable: [{ file: expect.stringMatching(/none\.json$/), code: 'invalid-argument' }],
  })
  expect(stderr).toContain('2 runs of the history not published: 1 held back, 1 failed')
})

test('a run that was taken back is counted and may stay in the directory', async () => {
  run('past/a', 'r1', 1)
  run('past/b', 'r2', 2)
  await publishLive()
  await deltaquill('backfill', 'acme', '--from', 'past')
  await deltaquill('retract', 'acme', '--workflow', 'shop', '--run', 'r1')
  expect(await deltaquill('backfill', 'acme', '--from', 'past')).toEqual({
    exit: 0,
    stdout: 'published 0 runs with 0 rows, 1 run published before, 1 run taken back; generation 3\n',
    stderr: '',
  })
})

test('runs whose files of rows cannot be opened are held back, and published when they can be', async () => {
  for (const [index, name] of ['absent', 'empty', 'folder', 'good'].entries()) run(`past/${name}`, name, index + 1)
  for (const name of ['absent', 'empty', 'folder']) rmSync(join(cwd, `past/${name}/rows.jsonl`))
  file('past/empty/rows.parquet', '')
  mkdirSync(join(cwd, 'past/folder/rows.jsonl'))
  await publishLive()
  const json = async (...argv: string[]) => JSON.parse((await deltaquill(...argv, '--json')).stdout)
  const held = ['absent', 'empty', 'folder'].map((runId) => ({ runId, problems: [{ check: 'readableRows' }] }))
  expect(await json('backfill', 'acme', '--from', 'past', '--workers', '1')).toMatchObject({
    published: 1,
    held,
    failed: [],
    unreadable: [],
  })
  expect((await json('status', 'acme')).runs.held).toMatchObject(held)
  for (const [index, { runId }] of held.entries()) {
    rmSync(join(cwd, `past/${runId}`), { recursive: true })
    run(`past/${runId}`, runId, index + 1)
  }
  expect(await json('backfill', 'acme', '--from', 'past', '--workers', '1')).toMatchObject({
    published: 3,
    skipped: 1,
    held: [],
  })
  expect((await json('status', 'acme')).runs.held).toEqual([])
})

test.each([
  ['a directory without runs', 'empty', 2, /expected folders with a run.json and its rows, found none/],
  ['a directory that is not there', 'nowhere', 4, /nowhere cannot be read/],
  ['a line of a manifest that names no files', 'bad.jsonl', 2, /bad.jsonl, line 2: expected \{"run"/],
])('%s is refused', async (_, from, exit, message) => {
  mkdirSync(join(cwd, 'empty'))
  file('bad.jsonl', '\n{"run": 1}\n')
  await publishLive()
  expect(await deltaquill('backfill', 'acme', '--from', from)).toMatchObject({
    exit,
    stderr: expect.stringMatching(message),
  })
})

test('the beginning and the end of a backfill are posted to the webhook', async () => {
  run('past/a', 'r1', 1)
  await publishLive()
  const posted = await postedTo((url) => deltaquill('backfill', 'acme', '--from', 'past', '--webhook', url))
  expect(posted.map(({ type }) => type)).toEqual(['connector_backfill_started', 'connector_backfill_finished'])
})
