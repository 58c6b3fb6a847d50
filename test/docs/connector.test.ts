import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectorCommands } from '../../src/cli/connector-commands.ts'
import { blocks, exampleDirectory, page, printedBy } from '../examples.ts'
import { printedByLines } from './command-lines.ts'

/* The examples of docs/connector.md, as their reader would try them. */
let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
})
afterAll(() => home.leave())

const [script, ...moreScripts] = blocks('docs/connector.md', 'ts')
const [commands = '', ...moreCommands] = blocks('docs/connector.md', 'sh')
const [run = '', ...moreRuns] = blocks('docs/connector.md', 'json')
const [rows = '', ...moreRows] = blocks('docs/connector.md', 'jsonl')

test('every example is tried here', () => {
  expect([moreScripts, moreCommands, moreRuns, moreRows]).toEqual([[], [], [], []])
})

test('the commands work one after the other', async () => {
  writeFileSync('run.json', run)
  writeFileSync('rows.jsonl', rows)
  const printed = await printedByLines(commands, { cwd: home.path })
  expect(printed.join('')).toContain(
    'published run run-1 of workflow laptops: 2 rows in WF_LAPTOPS__V1, generation 1\n',
  )
})

test('a program publishes a run, and is told why another is held back', async () => {
  expect(await printedBy(home.path, 'connector', script)).toEqual([
    ['connector_recipient_created'],
    ['connector_grant_added'],
    ['connector_activation_delivered'],
    ['workflow_export_completed'],
    ['published', 'WF_LAPTOPS__V1', 2],
    ['workflow_failed'],
    ['kadoa', ['maxMissingColumnRatio', 'onExtraField', 'onMissingKey']],
  ])
})

test('the page names every command', () => {
  const rows = page('docs/connector.md').split('\n')
  const missing = connectorCommands.filter(
    ({ name }) => !rows.some((row) => new RegExp(`^\\| \`${name}[ \`]`).test(row)),
  )
  expect(missing.map(({ name }) => name)).toEqual([])
})
