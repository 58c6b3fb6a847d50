import { expect, test } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'
import { type Finished, runCommand } from './run-command.ts'

/** A table of three versions, a row and a file each, and what runs commands beside it. */
async function tableOf3(): Promise<(...argv: string[]) => Promise<Finished>> {
  const cwd = temporaryDirectory()
  const write = ['table', 'write', './t', '--from', '-', '--format', 'jsonl', '--mode', 'append']
  for (const id of [1, 2, 3]) await runCommand(write, { cwd, stdin: `{"id":${id}}` })
  return (...argv) => runCommand(argv, { cwd })
}

function jsonOf({ stdout }: Finished): unknown {
  return JSON.parse(stdout)
}

test('a table is optimized, vacuumed of what no version needs, and restored', async () => {
  const deltaquill = await tableOf3()
  expect(jsonOf(await deltaquill('table', 'optimize', './t', '--json'))).toMatchObject({
    version: 3,
    filesRemoved: 3,
    filesAdded: 1,
  })
  expect(jsonOf(await deltaquill('table', 'restore', './t', '--version', '1', '--json'))).toMatchObject({
    version: 4,
    restored: 1,
    filesAdded: 2,
    filesRemoved: 1,
  })
  const forced = ['table', 'vacuum', './t', '--retain', '0', '--force']
  const dry = jsonOf(await deltaquill(...forced, '--dry-run', '--json'))
  expect(dry).toMatchObject({ version: 4, deleted: 2, kept: 2, files: [expect.any(String), expect.any(String)] })
  expect(jsonOf(await deltaquill(...forced, '--json'))).toMatchObject({ version: 6, deleted: 2, kept: 2 })
  expect((await deltaquill('table', 'read', './t')).stdout).toBe('{"id":1}\n{"id":2}\n')
})

test('people are told in a line what was done', async () => {
  const deltaquill = await tableOf3()
  const told = async (...argv: string[]): Promise<string> => (await deltaquill('table', ...argv)).stdout
  expect(await told('restore', './t', '--version', '2')).toMatch(
    /^version 2 of \.\/t is what version 2 was: 0 files came/,
  )
  expect(await told('optimize', './t')).toMatch(/^3 files \(.*\) became 1 file \(.*\) of \.\/t, version 3\n$/)
  expect(await told('optimize', './t')).toMatch(/^nothing to do/)
  expect(await told('vacuum', './t', '--dry-run')).toBe('would delete 0 files (0 B) of ./t, and keep 4\n')
  expect(await told('vacuum', './t')).toBe('deleted 0 files (0 B) of ./t, kept 4\n')
})

test('a vacuum keeps what shares pin, and the versions that are named', async () => {
  const deltaquill = await tableOf3()
  await deltaquill('table', 'optimize', './t')
  await deltaquill('share', 'create', 's', '--root', './root')
  const pin = ['share', 'add-table', 's', 'a.t', '--location', './t', '--version', '1', '--root', './root']
  expect((await deltaquill(...pin)).exit).toBe(0)
  const vacuum = ['table', 'vacuum', './t', '--retain', '0', '--force', '--dry-run', '--json']
  expect(jsonOf(await deltaquill(...vacuum, '--root', './root'))).toMatchObject({ deleted: 1, kept: 3 })
  expect(jsonOf(await deltaquill(...vacuum, '--keep-versions', '0, 2'))).toMatchObject({ deleted: 0, kept: 4 })
  expect(jsonOf(await deltaquill(...vacuum))).toMatchObject({ deleted: 3, kept: 1 })
})

test.each([
  [
    'a retention below that of the table without --force',
    ['vacuum', './t', '--retain', '1h'],
    2,
    '--retain|retention|keeps',
  ],
  ['a version to be kept that is not there', ['vacuum', './t', '--keep-versions', '9'], 4, 'version 9'],
  ['both a version and a time', ['restore', './t', '--version', '1', '--timestamp', '2026-01-02'], 2, '--version'],
  ['neither of them', ['restore', './t'], 2, '--timestamp'],
  ['a filter on a column that is none of partitions', ['optimize', './t', '--where', '{"id":1}'], 2, 'partition'],
])('%s is refused', async (_, argv, exit, message) => {
  const deltaquill = await tableOf3()
  const finished = await deltaquill('table', ...argv)
  expect(finished).toMatchObject({ exit, stderr: expect.stringMatching(new RegExp(message)) })
})
