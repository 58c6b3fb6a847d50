import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { systemRuntime } from '../../src/runtime.ts'
import { type Finished, runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-cli-'))
const env = { DELTAQUILL_ROOT: './root' }
const interruption = new AbortController()
let url = ''
let served: Promise<number>

const deltaquill = (...argv: string[]): Promise<Finished> => runCommand(argv, { cwd, env })
const json = async (...argv: string[]) => JSON.parse((await deltaquill(...argv, '--json')).stdout)

/** Starts `serve` on a free port and gives the line that it prints once it answers. */
async function startServing(): Promise<string> {
  const stdout = new PassThrough()
  const stderr = new PassThrough().resume()
  const surroundings = { stdout, stderr, stdin: Readable.from([]), env, runtime: systemRuntime, cwd }
  served = run(['serve', '--port', '0', '--auth-cache', '0', '--json'], {
    ...surroundings,
    signal: interruption.signal,
  })
  const [line] = await Promise.race([once(stdout, 'data'), served.then(() => ['the server ended'])])
  return String(line)
}

beforeAll(async () => {
  writeFileSync(join(cwd, 'rows.csv'), 'id,name\n1,ann\n2,bob\n3,\n')
  await deltaquill('table', 'write', './people', '--from', 'rows.csv')
  url = JSON.parse(await startServing()).url
})

afterAll(async () => {
  interruption.abort()
  await served
  rmSync(cwd, { recursive: true })
})

test('a table is shared, activated over HTTP once, and read by the recipient', async () => {
  await deltaquill('share', 'create', 'team', '--comment', 'for partners')
  expect(await json('share', 'add-table', 'team', 'crm.people', '--location', './people')).toMatchObject({
    tables: [{ schema: 'crm', name: 'people', location: join(cwd, 'people'), version: 'latest' }],
  })
  const { activationUrl } = await json('recipient', 'create', 'acme', '--endpoint', url)
  await deltaquill('recipient', 'grant', 'acme', '--share', 'team')

  expect(await deltaquill('recipient', 'activate', activationUrl, '--out', 'acme.share')).toMatchObject({ exit: 0 })
  expect(statSync(join(cwd, 'acme.share')).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(join(cwd, 'acme.share'), 'utf8'))).toMatchObject({ endpoint: url })
  const again = await deltaquill('recipient', 'activate', activationUrl, '--out', 'again.share')
  expect(again.exit).not.toBe(0)
  expect(() => statSync(join(cwd, 'again.share'))).toThrow('ENOENT')

  expect(await json('shared', 'list', 'acme.share')).toEqual({ share: 'team', schema: 'crm', name: 'people' })
  expect(await json('shared', 'info', 'acme.share#team.crm.people')).toMatchObject({ version: 0, partitionColumns: [] })
  const read = await deltaquill('shared', 'read', 'acme.share#team.crm.people', '--where', '{"id":{"gte":2}}')
  expect(read).toEqual({ exit: 0, stdout: '{"id":2,"name":"bob"}\n{"id":3,"name":null}\n', stderr: '' })
})

test('a recipient reads an earlier version, and what changed since', async () => {
  await deltaquill('table', 'write', './moving', '--from', 'rows.csv', '--property', 'delta.enableChangeDataFeed=true')
  await deltaquill('table', 'write', './moving', '--from', 'rows.csv', '--mode', 'append')
  await deltaquill('share', 'create', 'kept')
  await deltaquill('share', 'add-table', 'kept', 'crm.moving', '--location', './moving', '--history')
  const { activationUrl } = await json('recipient', 'create', 'historian', '--endpoint', url)
  await deltaquill('recipient', 'grant', 'historian', '--share', 'kept')
  await deltaquill('recipient', 'activate', activationUrl, '--out', 'historian.share')
  const table = 'historian.share#kept.crm.moving'
  const linesOf = async (...argv: string[]) => (await deltaquill('shared', ...argv)).stdout.split('\n').slice(0, -1)
  expect(await linesOf('read', table)).toHaveLength(6)
  expect(await linesOf('read', table, '--version', '0')).toHaveLength(3)
  expect(await json('shared', 'info', table, '--version', '0')).toMatchObject({ version: 0, files: 1 })
  const changed = await linesOf('changes', table, '--from', '1', '--columns', 'id,_change_type,_commit_version')
  expect(changed[0]).toBe('{"id":1,"_change_type":"insert","_commit_version":1}')
  expect(changed).toHaveLength(3)
  const [first = ''] = await linesOf('changes', table, '--from', '1')
  expect(await linesOf('read', table, '--timestamp', JSON.parse(first)._commit_timestamp)).toHaveLength(6)
  expect(await linesOf('changes', table, '--from-timestamp', '2000-01-01', '--limit', '4')).toHaveLength(4)
  expect(await deltaquill('shared', 'changes', table)).toMatchObject({ exit: 2 })
})

test('a profile is never written over, and the link stays good', async () => {
  const { activationUrl } = await json('recipient', 'create', 'careful', '--endpoint', url)
  writeFileSync(join(cwd, 'kept.share'), 'kept')
  const refused = await deltaquill('recipient', 'activate', activationUrl, '--out', 'kept.share')
  expect(refused).toMatchObject({ exit: 4, stderr: expect.stringContaining('the link is still good') })
  expect(readFileSync(join(cwd, 'kept.share'), 'utf8')).toBe('kept')
  expect((await deltaquill('recipient', 'activate', activationUrl, '--root', './root')).exit).toBe(0)
})

test('a recipient that is revoked is let in no more, and after a rotation with the new token only', async () => {
  const { activationUrl } = await json('recipient', 'create', 'leaver', '--endpoint', url)
  await deltaquill('recipient', 'activate', activationUrl, '--out', 'leaver.share')
  expect((await deltaquill('shared', 'list', 'leaver.share')).stdout).toBe('no tables are shared with you yet\n')
  await deltaquill('recipient', 'revoke', 'leaver')
  expect((await deltaquill('shared', 'list', 'leaver.share')).exit).toBe(3)
  const rotated = await json('recipient', 'rotate', 'leaver', '--overlap', '0')
  await deltaquill('recipient', 'activate', rotated.activationUrl, '--out', 'back.share')
  expect((await deltaquill('shared', 'list', 'back.share')).exit).toBe(0)
  expect(await json('recipient', 'show', 'leaver')).toMatchObject({ status: 'active', shares: [] })
})

describe('what cannot be is refused with its exit code:', () => {
  test.each([
    [['share', 'add-table', 'team', 'crm.ghosts', '--location', './nowhere'], 4, 'is no Delta table'],
    [['share', 'add-table', 'team', 'people', '--location', './people'], 2, 'expected <schema>.<table>'],
    [['share', 'show', 'nobody'], 4, 'there is no share "nobody"'],
    [['recipient', 'grant', 'nobody', '--share', 'team'], 4, 'there is no recipient "nobody"'],
    [['recipient', 'activate', 'http://127.0.0.1/'], 2, 'expected an activation link'],
    [['shared', 'read', 'rows.csv#a.b.c'], 2, 'not a Delta Sharing profile'],
    [['shared', 'list', 'missing.share'], 4, 'the profile file missing.share does not exist'],
  ])('%j', async (argv, exit, message) => {
    await deltaquill('share', 'create', 'team')
    expect(await deltaquill(...argv)).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(message) })
  })
})

test('lists are one object a line, and what was dropped is gone', async () => {
  await deltaquill('share', 'create', 'short-lived')
  expect((await deltaquill('share', 'list', '--json')).stdout).toContain('"name":"short-lived"')
  await deltaquill('share', 'drop', 'short-lived')
  const lines = (await deltaquill('share', 'list', '--json')).stdout.trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).name)).not.toContain('short-lived')
})

test('a damaged share or recipient is listed as such between the others, and the exit code tells of it', async () => {
  await deltaquill('share', 'create', 'whole')
  await deltaquill('recipient', 'create', 'whole')
  for (const folder of ['shares', 'recipients'])
    writeFileSync(join(cwd, 'root', 'sharing', folder, 'torn.json'), '{"na')
  for (const noun of ['share', 'recipient']) {
    const { exit, stdout, stderr } = await deltaquill(noun, 'list', '--json')
    const listed = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(listed).toContainEqual(expect.objectContaining({ name: 'whole', id: expect.any(String) }))
    const key = `sharing/${noun}s/torn.json`
    expect(listed).toContainEqual({ key, name: 'torn', damaged: expect.stringContaining(key) })
    expect(exit).toBe(7)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'invalid-data' } })
    const forPeople = await deltaquill(noun, 'list')
    expect(forPeople).toMatchObject({ exit: 7, stderr: expect.stringContaining(`1 damaged ${noun} of `) })
    expect(forPeople.stdout).toMatch(/^torn +damaged$/m)
  }
  for (const folder of ['shares', 'recipients']) rmSync(join(cwd, 'root', 'sharing', folder, 'torn.json'))
})

test('a server that is interrupted ends well', async () => {
  interruption.abort()
  expect(await served).toBe(0)
})
