import { createHmac } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeParquet } from '../../src/parquet/index.ts'
import { config, connectorPlace, FIELDS, linesOf, rowsOf, runOf } from './connector-place.ts'
import { postedTo } from './webhook.ts'

const { cwd, env, deltaquill, json, failed, file } = connectorPlace('publish')

type RowsFile = [string, string, (path: string) => unknown, number, string, RegExp]

const nothing = (): void => {}

async function held(runId: string): Promise<object[]> {
  return (await json('status', 'acme')).runs.held.filter((run: { readonly runId: string }) => run.runId === runId)
}

async function cutParquet(path: string): Promise<void> {
  const bytes = await encodeParquet(rowsOf(3))
  writeFileSync(path, bytes.subarray(0, bytes.length - 20))
}

describe('connector publish', () => {
  beforeAll(async () => {
    await deltaquill(['provision', '--config', file('acme.json', config('acme', { workflows: ['shop', 'jobs'] }))])
  })

  test('publishes a run once, from JSON Lines, and says so', async () => {
    const command = ['publish', 'acme', '--run', 'first.json', '--rows', 'rows.jsonl']
    expect(await deltaquill(command)).toEqual({
      exit: 0,
      stdout: 'published run run-1 of workflow shop: 4 rows in WF_SHOP__V1, generation 1\n',
      stderr: '',
    })
    expect((await deltaquill(command)).stdout).toBe(
      'nothing to do: run run-1 of workflow shop was published before, in WF_SHOP__V1\n',
    )
    expect(await json(...command)).toMatchObject({ outcome: 'skipped', table: 'WF_SHOP__V1', rows: 4, warnings: [] })
  })

  test('takes rows from stdin, from Parquet, and events beside them', async () => {
    const { exit, stdout } = await deltaquill(
      ['publish', 'acme', '--run', file('second.json', runOf('run-2', 2)), '--rows', '-', '--json'],
      { stdin: linesOf(rowsOf(5)) },
    )
    expect({ exit, ...JSON.parse(stdout) }).toMatchObject({ exit: 0, outcome: 'published', rows: 5 })
    writeFileSync(join(cwd, 'rows.parquet'), await encodeParquet(rowsOf(6)))
    const events = linesOf([{ title: 'FINISHED', dateTime: '2026-01-03T00:00:00Z', resource: { type: 'RUN' } }])
    const third = ['--run', file('third.json', runOf('run-3', 3)), '--rows', 'rows.parquet']
    expect(await json('publish', 'acme', ...third, '--events', file('events.jsonl', events))).toMatchObject({
      outcome: 'published',
      rows: 6,
    })
    const again = await deltaquill(['publish', 'acme', ...third, '--events', 'events.jsonl'])
    expect(again.stdout).toBe(
      'run run-3 of workflow shop was published before, in WF_SHOP__V1: only its events were looked at\n',
    )
  })

  test('tells on stderr what the checks let pass', async () => {
    const odd = file('odd.json', runOf('run-4', 4))
    const rows = file('odd.jsonl', linesOf([...rowsOf(5), { sku: 'B', price: 'cheap', colour: 'red' }]))
    const { exit, stderr, stdout } = await deltaquill(['publish', 'acme', '--run', odd, '--rows', rows, '--json'])
    expect(exit).toBe(0)
    expect(stderr).toMatch(/^warning: .*colour.*\nwarning: .*price/)
    expect(JSON.parse(stdout).warnings).toHaveLength(2)
  })

  test('holds back a run that does not pass: exit code 2, the problems, and whose move it is', async () => {
    const cut = file('cut.json', runOf('run-5', 5))
    const command = ['publish', 'acme', '--run', cut, '--rows', file('cut.jsonl', linesOf(rowsOf(1)))]
    expect(await failed(...command)).toMatchObject({
      exit: 2,
      error: {
        code: 'invalid-argument',
        blame: 'kadoa',
        problems: [{ check: 'minRowRatio', action: 'block', remedy: expect.any(String) }],
      },
    })
    const { stdout, stderr } = await deltaquill(command)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: run run-5 of workflow shop is held back: .*\nwhose move it is: kadoa\n$/)
  })

  test('lets the checks judge a file without rows', async () => {
    const empty = ['--run', file('empty.json', runOf('run-6', 6)), '--rows', file('empty.jsonl', '')]
    expect(await json('publish', 'acme', ...empty)).toMatchObject({ rows: 0, warnings: [{ check: 'onEmptyRun' }] })
  })

  test.each([
    ['is not there', 'absent.jsonl', nothing, 4, 'storage', /^the input file absent.jsonl does not exist: run run-7 /],
    ['is empty', 'empty.parquet', (path) => writeFileSync(path, ''), 7, 'kadoa', /: empty.parquet is empty/],
    ['is cut off', 'cut.parquet', cutParquet, 7, 'kadoa', /: cut.parquet/],
    ['is a directory', 'folder.jsonl', (path) => mkdirSync(path), 2, 'kadoa', /: folder.jsonl is a directory/],
  ] satisfies RowsFile[])('holds back a run whose file of rows %s', async (_, rows, make, exit, blame, message) => {
    await make(join(cwd, rows))
    const run = ['publish', 'acme', '--run', file('run-7.json', runOf('run-7', 7)), '--rows', rows]
    const problems = [{ check: 'readableRows', action: 'block', blame }]
    const posted = await postedTo(async (webhook) => {
      const { error, ...ended } = await failed(...run, '--webhook', webhook)
      expect({ ...ended, error }).toMatchObject({ exit, error: { message: expect.stringMatching(message), problems } })
      expect(error.message).toContain('run run-7 of workflow shop is held back: its rows cannot be read')
    })
    expect(posted.map(({ type }) => type)).toEqual(['workflow_failed'])
    expect(await held('run-7')).toMatchObject([{ problems }])
  })

  test('publishes such a run from a good file', async () => {
    const run = ['--run', 'run-7.json', '--rows', 'rows.jsonl']
    expect(await json('publish', 'acme', ...run)).toMatchObject({ outcome: 'published', rows: 4 })
    expect(await held('run-7')).toEqual([])
    // Whose rows are not needed any more.
    expect(await json('publish', 'acme', ...run.with(-1, 'absent.jsonl'))).toMatchObject({ outcome: 'skipped' })
  })

  test('refuses what it cannot publish, by name', async () => {
    const rows = ['--rows', 'rows.jsonl']
    const first = ['--run', 'first.json']
    const message = (text: string) => ({ message: expect.stringContaining(text) })
    expect(await failed('publish', 'nobody', ...first, ...rows)).toMatchObject({ exit: 4, error: message('nobody') })
    expect(await failed('publish', 'acme', '--run', 'absent.json', ...rows)).toMatchObject({
      exit: 4,
      error: message('the run file absent.json does not exist'),
    })
    expect(await failed('publish', 'acme', ...first, '--rows', file('rows.csv', 'a\n'))).toMatchObject({
      exit: 2,
      error: message('.jsonl or .parquet'),
    })
    expect(await failed('publish', 'acme', ...first, '--rows', 'rows.jsonl.gz')).toMatchObject({
      exit: 2,
      error: message('rows.jsonl.gz: expected a file .jsonl or .parquet, found .gz; unpack it first: gunzip'),
    })
    expect(await failed('publish', 'acme', ...first, '--rows', '-', '--events', '-')).toMatchObject({
      exit: 2,
      error: message('stdin can be one of them'),
    })
    expect(await failed('publish', 'acme', ...first, ...rows, '--events', 'absent.jsonl')).toMatchObject({ exit: 4 })
    expect(await failed('publish', 'acme', ...first, ...rows, '--events', 'rows.parquet')).toMatchObject({
      exit: 2,
      error: message('rows.parquet: expected events of the activity log as JSON Lines'),
    })
    const events = file('untimed.jsonl', '{"title": "CREATED", "dateTime": 0}\n\n{"title": "UPDATED"}\n')
    expect(await failed('publish', 'acme', ...first, ...rows, '--events', events)).toMatchObject({
      exit: 2,
      error: message('untimed.jsonl, line 3: the activity event cannot be taken: dateTime: '),
    })
    const nameless = { schema: { workflowId: 'shop', fields: [...FIELDS, { name: 'a b', dataType: 'STRING' }] } }
    expect(
      await failed('publish', 'acme', '--run', file('nameless.json', runOf('run-8', 8, nameless)), ...rows),
    ).toMatchObject({
      exit: 2,
      error: message('nameless.json: the schema descriptor cannot be taken: fields[2].name: '),
    })
    const foreign = runOf('run-9', 9, {
      workflow: { id: 'cars', name: 'Cars' },
      schema: { workflowId: 'cars', fields: FIELDS },
      run: { workflowId: 'cars', runId: 'run-9', state: 'FINISHED', finishedAt: 0 },
    })
    expect(await failed('publish', 'acme', '--run', file('foreign.json', foreign), ...rows)).toMatchObject({
      exit: 2,
      error: message('workflow cars cannot be published'),
    })
  })
})

describe('a connector that publishes', () => {
  const shared = join(cwd, 'root/sharing/shares/kadoa_shown.json')
  beforeAll(async () => {
    await deltaquill(['provision', '--config', file('shown.json', config('shown'))])
    await deltaquill(['publish', 'shown', '--run', 'first.json', '--rows', 'rows.jsonl'])
    const cut = ['--run', file('shown-cut.json', runOf('run-2', 2)), '--rows', file('one.jsonl', linesOf(rowsOf(1)))]
    await deltaquill(['publish', 'shown', ...cut])
  })

  test('status tells of its tables, of the run that was held back, and of what comes near a limit', async () => {
    expect(await json('status', 'shown', '--journal')).toMatchObject({
      connector: 'shown',
      delivery: 'delivered',
      share: { name: 'kadoa_shown', generation: 1 },
      recipient: { name: 'kadoa_shown', status: 'pending' },
      tables: expect.arrayContaining([
        expect.objectContaining({ name: 'WF_SHOP__V1', rows: 4, freshness: '2026-01-01T00:00:00.000000Z' }),
      ]),
      runs: {
        waiting: [],
        held: [{ runId: 'run-2', problems: [{ check: 'minRowRatio' }] }],
        journal: { published: 1 },
      },
      limits: expect.arrayContaining([expect.objectContaining({ limit: 'tables', allowed: 1000, isNear: false })]),
    })
    const { exit, stdout } = await deltaquill(['status', 'shown'])
    expect(exit).toBe(0)
    expect(stdout).toMatch(/^share +kadoa_shown, generation 1$/m)
    expect(stdout).toMatch(/^WF_SHOP__V1 +\d+ +4 +1 .*2026-01-01T/m)
    expect(stdout).toMatch(/^held back: run run-2 of workflow shop\n {2}rows: expected .*\(kadoa\)$/m)
    expect(await failed('status', 'nobody')).toMatchObject({ exit: 4 })
  })

  test('handoff prints a document with the names of its tables, and no secret', async () => {
    const { exit, stdout } = await deltaquill(['handoff', 'shown', '--endpoint', 'https://share.example/delta-sharing'])
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/^# Your Kadoa data\n/) })
    expect(stdout).toContain('kadoa_shown.kadoa.WF_SHOP__LATEST')
    expect(stdout).not.toContain('/activate/')
    expect((await json('handoff', 'shown')).markdown).toMatch(/^# Your Kadoa data\n/)
  })

  test('verify says what passes, and ends with 7 and whose move it is where something does not', async () => {
    const { exit, stdout } = await deltaquill(['verify', 'shown'])
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/^(?:ok {6}.*\n)+$/) })
    expect(await json('verify', 'shown')).toMatchObject({ connector: 'shown', ok: true })
    const before = readFileSync(shared, 'utf8')
    writeFileSync(shared, before.replaceAll('WF_SHOP__V1', 'WF_SHOP__V7'))
    try {
      const broken = await deltaquill(['verify', 'shown'])
      expect(broken.exit).toBe(7)
      expect(broken.stdout).toMatch(/^failed {2}/m)
      expect(broken.stderr).toMatch(/^error: connector shown does not keep what it promises: .*\nwhose move it is: /)
      expect((await failed('verify', 'shown')).error.problems[0]).toMatchObject({ action: 'block' })
    } finally {
      writeFileSync(shared, before)
    }
  })
})

test('events go to the webhook, signed, and its URL to no message', async () => {
  const posted = await postedTo(async (url) => {
    const told = { env: { ...env, DELTAQUILL_WEBHOOK: url, DELTAQUILL_WEBHOOK_SECRET: 'key' } }
    await deltaquill(['provision', '--config', file('told.json', config('told'))], told)
    await deltaquill(['publish', 'told', '--run', 'first.json', '--rows', 'rows.jsonl'], told)
  })
  expect(posted.map(({ type }) => type)).toEqual([
    'connector_recipient_created',
    'connector_grant_added',
    'connector_activation_delivered',
    'workflow_export_completed',
  ])
  for (const { body, signature } of posted) {
    expect(signature).toBe(`sha256=${createHmac('sha256', 'key').update(body).digest('hex')}`)
  }
  const { exit, error } = await failed('rotate', 'told', '--webhook', 'ftp://hook.example/secret')
  expect({ exit, error }).toMatchObject({ exit: 2, error: { message: '--webhook: expected an http or https URL' } })
})
