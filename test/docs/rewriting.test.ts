import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../cli/run-command.ts'
import { blocks, exampleDirectory, printedBy } from '../examples.ts'
import { printedByLines } from './command-lines.ts'

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
  await printedByLines(commands, { cwd: home.path })
  const { stdout } = await runCommand(['table', 'read', './prices'], { cwd: home.path })
  expect(stdout).toBe('{"sku":"B2","country":"DE","price":22}\n')
})
