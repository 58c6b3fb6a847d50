import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Finished, runCommand } from './run-command.ts'

const ANN = 'ann@example.com'
const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-take-back-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const deltaquill = (...argv: string[]): Promise<Finished> =>
  runCommand(['connector', ...argv], { cwd, env: { DELTAQUILL_ROOT: './root' } })

const file = (name: string, content: string): string => {
  writeFileSync(join(cwd, name), content)
  return name
}

async function publish(runId: string, day: number, ...emails: string[]): Promise<void> {
  const run = file(
    'run.json',
    JSON.stringify({
      workflow: { id: 'people', name: 'People' },
      schema: { workflowId: 'people', fields: [{ name: 'email', dataType: 'STRING', isKey: true }] },
      run: { workflowId: 'people', runId, state: 'FINISHED', finishedAt: Date.UTC(2026, 0, day) },
    }),
  )
  const rows = file('rows.jsonl', emails.map((email) => `${JSON.stringify({ email })}\n`).join(''))
  expect(await deltaquill('publish', 'acme', '--run', run, '--rows', rows)).toMatchObject({ exit: 0 })
}

beforeAll(async () => {
  const recipient = { mode: 'token', contact: 'data@acme.example' }
  const config = file('connector.json', JSON.stringify({ connectorId: 'acme', teamId: 'team-1', recipient }))
  expect(await deltaquill('provision', '--config', config)).toMatchObject({ exit: 0 })
  await publish('p1', 1, ANN, 'bob@example.com')
  await publish('p2', 2, 'bob@example.com', ANN)
})

test('takes a run back, and says what is shown then', async () => {
  const { exit, stdout } = await deltaquill('retract', 'acme', '--workflow', 'people', '--run', 'p2', '--json')
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ runId: 'p2', rows: 2, latestMoved: true, latestRunId: 'p1' })
})

test('erases rows, and ends with a proof, or with exit code 7 and where a value is left', async () => {
  const erase = ['erase', 'acme', '--workflow', 'people', '--key', JSON.stringify({ email: ANN })]
  const left = 'tables/acme/kadoa/WF_PEOPLE__V1/0/_left.txt'
  file(`root/${left}`, ANN)
  const failed = await deltaquill(...erase)
  expect(failed).toMatchObject({ exit: 7, stdout: expect.stringContaining(`other: ${left}`) })
  expect(failed.stderr).toContain('1 object still holds a value or cannot be read')
  expect(failed.stderr).not.toContain(ANN)
  rmSync(join(cwd, 'root', left))
  const { exit, stdout } = await deltaquill(...erase)
  expect(exit).toBe(0)
  expect(stdout).toContain('none holds a value that was given')
})

test('names an object once with all the places where a value is, and twenty objects at most', async () => {
  const keys = ['--key', JSON.stringify({ email: ANN }), '--key', JSON.stringify({ email: 'an' })]
  const left = Array.from({ length: 23 }, (_, index) => `root/tables/acme/kadoa/WF_PEOPLE__V1/0/_${ANN}-${index}.txt`)
  for (const name of left) file(name, ANN)
  const { exit, stdout } = await deltaquill('erase', 'acme', ...keys)
  for (const name of left) rmSync(join(cwd, name))
  expect(exit).toBe(7)
  const named = stdout.split('\n').filter((line) => line.includes(': tables/'))
  expect(named).toHaveLength(20)
  expect(new Set(named).size).toBe(20)
  expect(named).toContainEqual(expect.stringMatching(/name, other: .*|other, name: .*/))
  expect(stdout).toMatch(/\n {2}and \d+ objects more\n/)
})

test('says in which column a value is left, which may be a part of a longer one', async () => {
  await publish('p3', 3, `jo${ANN}`)
  const { exit, stdout, stderr } = await deltaquill('erase', 'acme', '--key', JSON.stringify({ email: ANN }))
  expect(exit).toBe(7)
  expect(stdout).toMatch(/ data of email.*: tables\/acme\/kadoa\/WF_PEOPLE__V1\//)
  expect(stderr).toContain('part of a longer value that may stay')
})

test('refuses a key that is no object', async () => {
  expect(await deltaquill('erase', 'acme', '--key', ANN)).toMatchObject({ exit: 2 })
})
