import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { FIELDS, linesOf, rowsOf, runOf } from './connector-place.ts'
import { databricksPlace, pasted, sharingIdentifier } from './databricks-place.ts'
import { runCommand } from './run-command.ts'

const { cwd, env, deltaquill, json, failed, file, workspace } = databricksPlace('databricks')

const publish = (id: string, run = 'first.json', rows = 'rows.jsonl') => [
  'publish',
  id,
  '--run',
  file(run, run === 'first.json' ? runOf('run-1', 1) : runOf(run, 2)),
  '--rows',
  rows,
]

/** What a share shows in Unity Catalog, name by name. */
const shownBy = (share: string): string[] =>
  workspace()
    .shares.shown()
    .flatMap(({ name, objects }) => (name === share ? objects.map((object) => object.shared_as.toUpperCase()) : []))
    .sort()

const METADATA = ['ACTIVITY_LOG', 'WORKFLOWS', 'WORKFLOW_RUNS', 'WORKFLOW_SCHEMA_FIELDS', 'WORKFLOW_SCHEMA_VERSIONS']
const named = (...tables: string[]): string[] => [...METADATA, ...tables].map((name) => `KADOA.${name}`).sort()

describe('a connector for a customer on Databricks', () => {
  beforeAll(async () => {
    expect(await json('provision', '--config', file('acme.json', pasted('acme')))).toEqual({
      connector: 'acme',
      share: 'kadoa_acme',
      recipient: 'kadoa_acme',
      notices: [],
      activationUrl: null,
      activationExpiresAt: null,
      expiresAt: null,
    })
  })

  test('is provisioned without a link, and the second time nothing changes', async () => {
    const { exit, stdout, stderr } = await deltaquill(['provision', '--config', 'acme.json'])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toContain(`metastore ${sharingIdentifier} may read share kadoa_acme. There is no link`)
    expect(
      workspace()
        .shares.readableBy('kadoa_acme')
        .map(({ name }) => name),
    ).toEqual(['kadoa_acme'])
  })

  test('publishes, tells how it is, and passes', async () => {
    const { exit, stdout } = await deltaquill(publish('acme'))
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('4 rows in WF_SHOP__V1') })
    expect(shownBy('kadoa_acme')).toEqual(named('WF_SHOP__V1', 'WF_SHOP__LATEST'))
    expect(await json('status', 'acme')).toMatchObject({
      recipient: { name: 'kadoa_acme', sharingIdentifier },
      limits: expect.arrayContaining([expect.objectContaining({ limit: 'tables', used: 7, allowed: 1000 })]),
    })
    expect((await deltaquill(['status', 'acme'])).stdout).not.toMatch(/\b(token|link)\b/)
    const { exit: verified, stdout: findings } = await deltaquill(['verify', 'acme'])
    expect(findings).not.toContain('failed')
    expect(verified).toBe(0)
  })

  test('hands over how to read the share, and has no token to rotate', async () => {
    const { stdout } = await deltaquill(['handoff', 'acme'])
    expect(stdout).toContain('SHOW SHARES IN PROVIDER kadoa;')
    expect(stdout).toMatch(/CREATE CATALOG .*USING SHARE kadoa\.kadoa_acme;/)
    expect(await failed('rotate', 'acme')).toMatchObject({
      exit: 6,
      error: { code: 'unsupported', message: expect.stringContaining('no token') },
    })
  })

  test('follows its configuration, and mends what somebody took away', async () => {
    const moved = file('moved.json', pasted('acme', { workflows: ['jobs'] }))
    expect((await json('update', 'acme', '--config', moved)).removed).toContain('WF_SHOP__V1')
    expect(shownBy('kadoa_acme')).toEqual(named())
    expect((await json('update', 'acme', '--config', 'acme.json')).added).toContain('WF_SHOP__V1')
    expect(shownBy('kadoa_acme')).toEqual(named('WF_SHOP__V1', 'WF_SHOP__LATEST'))
    const hosted = file('hosted-acme.json', pasted('acme', { recipient: { mode: 'token', contact: 'x' } }))
    expect(await failed('update', 'acme', '--config', hosted)).toMatchObject({
      exit: 2,
      error: { message: expect.stringContaining('recipient.mode never changes') },
    })
    workspace().shares.renameReader('kadoa_acme', undefined)
    expect((await deltaquill(['verify', 'acme'])).exit).toBe(7)
    expect((await deltaquill(['reconcile', 'acme'])).exit).toBe(0)
    expect((await deltaquill(['verify', 'acme'])).exit).toBe(0)
  })

  test('shows other columns from another place, by one name', async () => {
    const fields = [...FIELDS, { name: 'stock', dataType: 'NUMBER' }]
    const run = file('wider.json', runOf('run-3', 3, { schema: { workflowId: 'shop', fields } }))
    const rows = file('wider.jsonl', linesOf(rowsOf(4).map((row) => ({ ...row, stock: 1 }))))
    expect((await deltaquill(['publish', 'acme', '--run', run, '--rows', rows])).exit).toBe(0)
    expect(shownBy('kadoa_acme')).toEqual(named('WF_SHOP__V1', 'WF_SHOP__V2', 'WF_SHOP__LATEST'))
    expect((await deltaquill(['verify', 'acme'])).exit).toBe(0)
  })

  test('ends, and leaves nothing of it in the workspace', async () => {
    expect(await json('deprovision', 'acme', '--purge')).toMatchObject({ phase: 'ended', purged: true })
    expect(workspace().shares.shown()).toEqual([])
    expect(workspace().recipients.open()).toEqual([])
    expect(
      readdirSync(join(cwd, 'root/tables'), { recursive: true, withFileTypes: true }).filter((it) => it.isFile()),
    ).toEqual([])
  })
})

describe('a token that Databricks hosts', () => {
  const hosted = (id: string) =>
    pasted(id, { recipient: { mode: 'token', contact: 'data@acme.example', servedBy: 'databricks' } })

  test('comes by a link of Databricks, and reads what is published', async () => {
    const path = file('hosted.json', hosted('hosted'))
    expect(await failed('provision', '--config', path, '--endpoint', 'https://share.example/x')).toMatchObject({
      exit: 2,
      error: { message: expect.stringContaining('Databricks serves') },
    })
    const { activationUrl } = await json('provision', '--config', path)
    expect(activationUrl).toContain(workspace().url)
    expect((await deltaquill(publish('hosted'))).exit).toBe(0)
    const answer = await fetch(
      `${workspace().url}/api/2.1/unity-catalog/public/data_sharing_activation/${encodeURIComponent(activationUrl)}`,
    )
    file('hosted.share', await answer.text())
    const read = await runCommand(['shared', 'read', 'hosted.share#kadoa_hosted.kadoa.wf_shop__latest'], { cwd })
    expect({ ...read, stdout: read.stdout.trimEnd().split('\n').length }).toEqual({ exit: 0, stdout: 4, stderr: '' })
  })

  test('is rotated with an overlap, while which there is no third', async () => {
    const { activationUrl } = await json('rotate', 'hosted', '--overlap', '1h')
    expect(activationUrl).toContain(workspace().url)
    expect(await failed('rotate', 'hosted', '--overlap', '1h')).toMatchObject({
      exit: 5,
      error: { code: 'conflict', blame: 'kadoa' },
    })
    expect((await json('rotate', 'hosted', '--leaked')).activationUrl).not.toBe(activationUrl)
    expect((await deltaquill(['deprovision', 'hosted'])).exit).toBe(0)
  })

  test('is lost with its reader, and the way out that is told leads to another, also while an older one is out', async () => {
    await json('provision', '--config', file('lost.json', hosted('lost')))
    workspace().recipients.activate('kadoa_lost')
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    const stderr = new PassThrough()
    const surroundings = { stdout, stderr, stdin: new PassThrough(), env, runtime: systemRuntime, cwd }
    expect(await run(['connector', 'rotate', 'lost'], surroundings)).toBe(8)
    expect(String(stderr.read())).toContain('connector rotate --overlap 0s')
    expect(await json('status', 'lost')).toMatchObject({ delivery: 'undelivered' })
    expect((await failed('rotate', 'lost')).error.message).toContain('connector rotate --overlap 0s')
    expect((await json('rotate', 'lost', '--overlap', '0s')).activationUrl).toContain(workspace().url)
    expect(await json('status', 'lost')).toMatchObject({ delivery: 'delivered', recipient: { status: 'pending' } })
    expect((await deltaquill(['deprovision', 'lost'])).exit).toBe(0)
  })
})

describe('who signs in', () => {
  const signedBy = async (more: Readonly<Record<string, string>>) => {
    const before = workspace().calls.length
    const { DATABRICKS_HOST, DELTAQUILL_ROOT } = env
    const all = { DATABRICKS_HOST, DELTAQUILL_ROOT, ...more }
    const { exit, stdout, stderr } = await deltaquill(
      ['provision', '--config', file('signed.json', pasted('signed'))],
      { env: all },
    )
    return { exit, stdout, stderr, calls: workspace().calls.length - before }
  }

  test.each<[string, Record<string, string>]>([
    ['nothing says where: set DATABRICKS_HOST', { DATABRICKS_HOST: '', DATABRICKS_TOKEN: 'secret-1' }],
    ['nothing says who signs in: set DATABRICKS_CLIENT_ID and', {}],
    ['nothing says who signs in', { DATABRICKS_TOKEN: ' ' }],
    [
      'nothing says where: set DATABRICKS_HOST, or databricks.host of its configuration; nothing says who signs in: set',
      { DATABRICKS_HOST: '' },
    ],
    ['DATABRICKS_CLIENT_ID is set and DATABRICKS_CLIENT_SECRET is not', { DATABRICKS_CLIENT_ID: 'secret-1' }],
    ['DATABRICKS_CLIENT_SECRET is set and DATABRICKS_CLIENT_ID is not', { DATABRICKS_CLIENT_SECRET: 'secret-1' }],
    [
      'two ways to sign in are set',
      { DATABRICKS_TOKEN: 'secret-1', DATABRICKS_CLIENT_ID: 'secret-2', DATABRICKS_CLIENT_SECRET: 'secret-3' },
    ],
  ])('is asked for before anything else: %s', async (message, given) => {
    const { exit, stdout, stderr, calls } = await signedBy(given)
    expect({ exit, stdout, calls }).toEqual({ exit: 2, stdout: '', calls: 0 })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/secret-\d/)
  })

  test('is told apart from what is not there, and is not told', async () => {
    const { exit, stderr } = await signedBy({ DATABRICKS_TOKEN: 'dapi-wrong-secret-1' })
    expect(exit).toBe(3)
    expect(stderr).toContain('whose move it is: kadoa')
    expect(stderr).not.toContain('dapi-wrong-secret-1')
  })

  test('may be somebody with a token', async () => {
    expect(await signedBy({ DATABRICKS_TOKEN: workspace().token })).toMatchObject({ exit: 0, stderr: '' })
    expect((await deltaquill(['deprovision', 'signed'])).exit).toBe(0)
  })
})
