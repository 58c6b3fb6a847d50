import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Finished, runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-upkeep-'))
afterAll(() => rmSync(cwd, { recursive: true }))
const deltaquill = (...argv: string[]): Promise<Finished> =>
  runCommand(argv, { cwd, env: { DELTAQUILL_ROOT: './root' } })

beforeAll(async () => {
  const recipient = { mode: 'token', contact: 'data@acme.example' }
  writeFileSync(join(cwd, 'connector.json'), JSON.stringify({ connectorId: 'acme', teamId: 'team-1', recipient }))
  expect(await deltaquill('connector', 'provision', '--config', 'connector.json')).toMatchObject({ exit: 0 })
})

test('a connector with nothing to mend and nothing to look after says so', async () => {
  expect(await deltaquill('connector', 'reconcile', 'acme')).toEqual({
    exit: 0,
    stdout: 'all is as it should be\n',
    stderr: '',
  })
  expect(await deltaquill('connector', 'maintain', 'acme')).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^nothing to do; generation \d+\n$/),
  })
})

test('what they tell of can be posted', async () => {
  for (const verb of ['reconcile', 'maintain']) {
    const unusable = await deltaquill('connector', verb, 'acme', '--webhook', 'ftp://hook.example')
    expect(unusable).toMatchObject({ exit: 2, stderr: expect.stringContaining('expected an http or https URL') })
  }
})

test('what is not as it should be is told in a dry run, mended, and gone', async () => {
  await deltaquill('recipient', 'ungrant', 'kadoa_acme', '--share', 'kadoa_acme')
  const dry = await deltaquill('connector', 'reconcile', 'acme', '--dry-run', '--json')
  expect(dry.exit).toBe(7)
  expect(JSON.parse(dry.stdout)).toMatchObject({ drift: 'grant', mended: false, blame: 'kadoa' })
  expect(await deltaquill('connector', 'reconcile', 'acme')).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/^mended grant: /),
  })
  expect((await deltaquill('connector', 'reconcile', 'acme', '--json')).stdout).toBe('')
})

test('somebody else who may read is told of with the option that takes the share away from them', async () => {
  expect(await deltaquill('recipient', 'create', 'stranger')).toMatchObject({ exit: 0 })
  await deltaquill('recipient', 'grant', 'stranger', '--share', 'kadoa_acme')
  const { stdout } = await deltaquill('connector', 'reconcile', 'acme')
  expect(stdout).toContain('take that grant back, or reconcile with --ungrant-others')
  const { stdout: json } = await deltaquill('connector', 'reconcile', 'acme', '--json')
  expect(JSON.parse(json).remedy).toContain('reconcile with --ungrant-others')
  expect(await deltaquill('connector', 'reconcile', 'acme', '--ungrant-others')).toMatchObject({ exit: 0 })
})
