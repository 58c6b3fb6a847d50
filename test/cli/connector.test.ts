import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { readConnectorConfig } from '../../src/connector/index.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { config, connectorPlace } from './connector-place.ts'

const { cwd, env, deltaquill, json, failed, file } = connectorPlace('connector')

describe('connector init', () => {
  test('writes a configuration that provision takes, and never over another file', async () => {
    expect(await deltaquill(['init', '--out', 'fresh.json'])).toEqual({
      exit: 0,
      stdout: 'wrote fresh.json: edit it, then "deltaquill connector provision --config fresh.json"\n',
      stderr: '',
    })
    expect(await json('init', '--out', 'other.json')).toEqual({ config: 'other.json' })
    expect(await json('provision', '--config', 'fresh.json', '--root', './of-template')).toMatchObject({
      connector: 'acme',
    })
    expect(await json('init', '--out', 'paste.json', '--mode', 'databricks')).toEqual({ config: 'paste.json' })
    expect(readConnectorConfig(readFileSync(join(cwd, 'paste.json'), 'utf8')).config.recipient.mode).toBe('databricks')
    file('mine.json', '{}')
    expect(await failed('init', '--out', 'mine.json')).toMatchObject({ exit: 4, error: { code: 'already-exists' } })
    expect(readFileSync(join(cwd, 'mine.json'), 'utf8')).toBe('{}')
    expect(await failed('init', '--out', 'nowhere/c.json')).toMatchObject({ exit: 2 })
  })
})

describe('connector provision', () => {
  test('prints the activation link once, as one object, and changes nothing when it is run again', async () => {
    const path = file('linked.json', config('linked'))
    const first = await json('provision', '--config', path, '--endpoint', 'https://share.example/delta-sharing')
    expect(first).toEqual({
      connector: 'linked',
      share: 'kadoa_linked',
      notices: [],
      recipient: 'kadoa_linked',
      activationUrl: expect.stringMatching(/^https:\/\/share\.example\//),
      activationExpiresAt: expect.any(String),
      expiresAt: expect.any(String),
    })
    const again = await json('provision', '--config', path)
    expect(again).toMatchObject({ connector: 'linked', share: 'kadoa_linked', activationUrl: null })
    expect((await deltaquill(['provision', '--config', path])).stdout).toContain('nothing changed')
  })

  test('says to people where the link goes, and takes the root of the configuration', async () => {
    const path = file('rooted.json', config('rooted', { storage: { root: `file://${cwd}/own-root` } }))
    const { exit, stdout } = await deltaquill(['provision', '--config', path], { env: {} })
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/activation link\s+http/) })
    expect(stdout).toContain('Take the link to data@acme.example')
  })

  test('tells that a link is lost whose reader has left, and calls it undelivered', async () => {
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    const stderr = new PassThrough()
    const surroundings = { stdout, stderr, stdin: new PassThrough(), env, runtime: systemRuntime, cwd }
    expect(await run(['connector', 'provision', '--config', file('lost.json', config('lost'))], surroundings)).toBe(8)
    expect(String(stderr.read())).toContain('the activation link of connector lost was not delivered')
    expect(await json('status', 'lost')).toMatchObject({ delivery: 'undelivered' })
  })

  test('refuses what it cannot take, naming the file and the fault in it', async () => {
    expect(await failed('provision', '--config', 'absent.json')).toMatchObject({ exit: 4 })
    const broken = await failed('provision', '--config', file('broken.json', '{"connectorId": }'))
    expect(broken).toMatchObject({
      exit: 7,
      error: { message: expect.stringMatching(/^broken\.json: .*line 1, character 17/) },
    })
    const wrong = file('wrong.json', config('wrong', { checks: { minRowRatio: 'half' } }))
    expect(await failed('provision', '--config', wrong)).toMatchObject({
      exit: 2,
      error: { message: expect.stringContaining('wrong.json: the connector cannot be taken: checks.minRowRatio: ') },
    })
    const misspelt = file('misspelt.json', config('misspelt', { workflow: ['shop'] }))
    expect((await deltaquill(['provision', '--config', misspelt])).stderr).toContain('note: misspelt.json: "workflow"')
    const { stderr } = await deltaquill(['provision', '--config', file('homeless.json', config('homeless'))], {
      env: {},
    })
    expect(stderr).toContain('--root is missing, and homeless.json has no storage.root')
  })
})

test('connector rotate prints another link, which replaces the one that waits', async () => {
  await deltaquill(['provision', '--config', file('turning.json', config('turning'))])
  const rotated = await json('rotate', 'turning', '--overlap', '1h')
  expect(rotated).toMatchObject({
    connector: 'turning',
    recipient: 'kadoa_turning',
    activationUrl: expect.stringMatching(/^http/),
  })
  expect((await json('rotate', 'turning', '--leaked')).activationUrl).not.toBe(rotated.activationUrl)
  expect((await deltaquill(['rotate', 'turning'])).stdout).toContain('Take the link to data@acme.example')
  expect(await failed('rotate', 'turning', '--overlap', '8d')).toMatchObject({ exit: 2 })
})

describe('the endpoint of a link', () => {
  const ENDPOINT = 'https://share.example/delta-sharing'

  test('is warned of where it leads to this machine, and says how another is made', async () => {
    const { stdout, stderr } = await deltaquill(['provision', '--config', file('near.json', config('near'))])
    expect(stdout).toContain('http://127.0.0.1:8080/')
    expect(stderr).toMatch(/^warning: the link .* lead to 127\.0\.0\.1:8080, .*"connector rotate near --endpoint URL"/m)
    expect((await deltaquill(['rotate', 'near'])).stderr).toContain('warning: the link')
  })

  test('may be given to rotate too, and holds for later links', async () => {
    await deltaquill(['provision', '--config', file('far.json', config('far'))])
    const rotated = await deltaquill(['rotate', 'far', '--endpoint', ENDPOINT])
    expect(rotated).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringContaining('https://share.example/') })
    expect((await json('rotate', 'far')).activationUrl).toMatch(/^https:\/\/share\.example\//)
    expect(await failed('rotate', 'far', '--endpoint', 'nowhere')).toMatchObject({ exit: 2 })
    expect(await json('status', 'far')).toMatchObject({ delivery: 'delivered' })
  })

  test('stays as it was where the rotation is refused, and is another one where something leaked', async () => {
    await deltaquill(['provision', '--config', file('refused.json', config('refused')), '--endpoint', ENDPOINT])
    const refused = await failed('rotate', 'refused', '--endpoint', 'https://other.example/x', '--overlap', '8d')
    expect(refused).toMatchObject({ exit: 2 })
    expect((await json('rotate', 'refused')).activationUrl).toMatch(/^https:\/\/share\.example\//)
    const leaked = await json('rotate', 'refused', '--leaked', '--endpoint', 'https://other.example/x')
    expect(leaked.activationUrl).toMatch(/^https:\/\/other\.example\//)
  })
})

test('connector update takes workflows out of the share and back, and says which tables', async () => {
  const all = file('moving.json', config('moving'))
  const other = file('moved.json', config('moving', { workflows: ['jobs'] }))
  await deltaquill(['provision', '--config', all])
  await deltaquill(['publish', 'moving', '--run', 'first.json', '--rows', 'rows.jsonl'])
  const { removed, generation } = await json('update', 'moving', '--config', other)
  expect(removed).toEqual(expect.arrayContaining(['WF_SHOP__V1', 'WF_SHOP__LATEST']))
  const { stdout } = await deltaquill(['update', 'moving', '--config', all])
  expect(stdout).toContain(`updated connector moving, generation ${generation + 1}\n`)
  expect(stdout).toContain('joined the share: WF_SHOP__V1')
  expect(await json('update', 'moving', '--config', all)).toMatchObject({ changed: false, generation: generation + 1 })
  expect((await deltaquill(['update', 'moving', '--config', all])).stdout).toBe(
    'nothing to do: connector moving has this configuration, and its share follows it\n',
  )
  const renamed = file('renamed.json', config('moving', { schema: 'other' }))
  expect(await failed('update', 'moving', '--config', renamed)).toMatchObject({
    exit: 2,
    error: { message: expect.stringContaining('schema never changes') },
  })
})

test('connector deprovision ends it, and deletes its tables only when it is asked to', async () => {
  await deltaquill(['provision', '--config', file('ending.json', config('ending'))])
  const publish = ['publish', 'ending', '--run', 'first.json', '--rows', 'rows.jsonl']
  await deltaquill(publish)
  const tables = join(cwd, 'root/tables/ending')
  expect((await deltaquill(['deprovision', 'ending'])).stdout).toBe(
    'connector ending has ended; its tables were not touched\n',
  )
  expect(filesBelow(tables)).not.toEqual([])
  expect(await json('deprovision', 'ending', '--purge')).toEqual({ connector: 'ending', phase: 'ended', purged: true })
  expect(filesBelow(tables)).toEqual([])
  expect(await failed(...publish)).toMatchObject({ exit: 2, error: { message: expect.stringContaining('ended') } })
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  )
}
