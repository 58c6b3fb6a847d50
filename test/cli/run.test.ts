import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/cli/run.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { formatProfile } from '../../src/wire/index.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { runCommand } from './run-command.ts'

describe('a wrong command line ends with 2 and says what would be right:', () => {
  test.each([
    [[], '"deltaquill" needs a command: table, share, recipient, connector, shared, store, serve, demo'],
    [['table'], '"deltaquill table" needs a command: write, read, info, history, files'],
    [['tabel'], `unknown command 'tabel' (Did you mean table?); "deltaquill" offers: table,`],
    [['table', 'polish', 'x'], `unknown command 'polish'; "deltaquill table" offers: write, read,`],
    [['table', 'write'], `missing required argument 'location'; see "deltaquill table write --help"`],
    [['table', 'write', 'x'], '--from is missing (the rows'],
    [['table', 'write', 'x', '--frm', 'y'], `unknown option '--frm' (Did you mean --from?)`],
    [['table', 'info', 'x', 'y'], `too many arguments for 'info'`],
    [['table', 'read', 's3:/bucket/x'], 'a location that starts with s3: goes on with "//"'],
    [['share', 'list', '--root', 'file:x'], 'a location that starts with file: goes on with "//"'],
    [['table', 'read', 'x', '--limit', '-1'], '--limit: expected a whole number from 0, found "-1"'],
    [['table', 'read', 'x', '--version', '1', '--timestamp', '2026-01-01'], 'both --version and --timestamp'],
  ])('%j', async (argv, message) => {
    const { exit, stdout, stderr } = await runCommand(argv)
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
  })
})

test('with --json the last line of stderr is the failure as one object, also for a wrong command line', async () => {
  for (const argv of [
    ['table', 'wrte', '--json'],
    ['table', '--json'],
    ['--json', 'tabel'],
  ]) {
    const { exit, stderr } = await runCommand(argv)
    expect(exit).toBe(2)
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { code: 'invalid-argument' } })
  }
})

test('help and version are answers, not failures', async () => {
  expect(await runCommand(['--version'])).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  const { exit, stdout, stderr } = await runCommand(['table', 'write', '--help'])
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  expect(stdout).toContain('Usage: deltaquill table write [options] <location>')
})

test('every option is an environment variable, and the command line wins over it', async () => {
  const wrong = await runCommand(['table', 'read', 'x'], { env: { DELTAQUILL_LIMIT: 'many' } })
  expect(wrong.stderr).toContain('DELTAQUILL_LIMIT: expected a whole number')
  const table = 'memory://environment/t'
  const from = ['--from', '-', '--format', 'jsonl']
  await runCommand(['table', 'write', table, ...from], { stdin: '{"a":1}\n{"a":2}\n' })
  const env = { DELTAQUILL_LIMIT: '1' }
  expect((await runCommand(['table', 'read', table], { env })).stdout).toBe('{"a":1}\n')
  expect((await runCommand(['table', 'read', table, '--limit', '2'], { env })).stdout).toBe('{"a":1}\n{"a":2}\n')
})

test('a stack is shown with DELTAQUILL_DEBUG only', async () => {
  const location = 'memory://no-table-here/t'
  expect((await runCommand(['table', 'read', location])).stderr).not.toContain('    at ')
  expect((await runCommand(['table', 'read', location], { env: { DELTAQUILL_DEBUG: '1' } })).stderr).toContain(
    '    at ',
  )
})

test('a reader that leaves, as in `| head`, ends the command quietly', async () => {
  const table = 'memory://head/t'
  const rows = Array.from({ length: 20_000 }, (_, id) => JSON.stringify({ id, text: 'x'.repeat(50) })).join('\n')
  await runCommand(['table', 'write', table, '--from', '-', '--format', 'jsonl'], { stdin: rows })
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  })
  const stderr = new PassThrough()
  const [stdin, env, runtime] = [new PassThrough(), {}, simulatedRuntime()]
  expect(await run(['table', 'read', table], { stdout, stderr, stdin, env, runtime, cwd: '/' })).toBe(0)
  expect(stderr.read()).toBeNull()
})

test('an interrupted command ends with 130', async () => {
  const signal = AbortSignal.abort()
  const argv = ['table', 'write', 'memory://interrupted/t', '--from', '-', '--format', 'jsonl']
  expect(await runCommand(argv, { signal, stdin: '{"a":1}' })).toEqual({
    exit: 130,
    stdout: '',
    stderr: 'interrupted\n',
  })
})

test.each([['list'], ['info'], ['read']])('shared %s is interrupted while the server says nothing', async (verb) => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const profile = join(temporaryDirectory(), 'config.share')
  writeFileSync(profile, formatProfile({ endpoint: `http://127.0.0.1:${port}/delta-sharing`, bearerToken: 't' }))
  const interruption = new AbortController()
  silent.once('request', () => interruption.abort())
  const argv = ['shared', verb, verb === 'list' ? profile : `${profile}#s.c.t`]
  expect((await runCommand(argv, { signal: interruption.signal })).exit).toBe(130)
  silent.closeAllConnections()
  silent.close()
})
