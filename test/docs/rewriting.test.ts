import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../cli/run-command.ts'
import { blocks, exampleDirectory, printedBy, wordsOf } from '../examples.ts'

let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
})
afterAll(() => home.leave())

test('the examples of docs/rewriting.md work, one after the other', async () => {
  const [script, ...moreScripts] = blocks('docs/rewriting.md', 'ts')
  const [commands = '', ...moreCommands] = blocks('docs/rewriting.md', 'sh')
  expect([moreScripts, moreCommands]).toEqual([[], []])
  expect(await printedBy(home.path, 'rewriting', script)).toEqual([[1, 4]])
  for (const line of commands.trimEnd().split('\n')) {
    expect(await runCommand(wordsOf(line).slice(1), { cwd: home.path })).toMatchObject({ exit: 0, stderr: '' })
  }
  const { stdout } = await runCommand(['table', 'read', './prices'], { cwd: home.path })
  expect(stdout).toBe('{"sku":"B2","country":"DE","price":22}\n')
})
