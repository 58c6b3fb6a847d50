import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../cli/run-command.ts'
import { blocks, exampleDirectory, printedBy, wordsOf } from '../examples.ts'

let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
})
afterAll(() => home.leave())

test('the examples of docs/changes.md work, one after the other', async () => {
  const [script, ...moreScripts] = blocks('docs/changes.md', 'ts')
  const [command = '', ...moreCommands] = blocks('docs/changes.md', 'sh')
  expect([moreScripts, moreCommands]).toEqual([[], []])
  expect(await printedBy(home.path, 'changes', script)).toEqual([
    [{ sku: 'B2', _change_type: 'insert', _commit_version: 1 }],
  ])
  const { stdout } = await runCommand(wordsOf(command).slice(1), { cwd: home.path })
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(rows.map(({ sku, _commit_version }) => [sku, _commit_version])).toEqual([
    ['A1', 0],
    ['B2', 1],
  ])
})
