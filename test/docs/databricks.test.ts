import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConnectorConfig } from '../../src/connector/index.ts'
import { linesOf, rowsOf, runOf } from '../cli/connector-place.ts'
import { signIn, workspaceOver } from '../cli/databricks-place.ts'
import { blocks, exampleDirectory, page } from '../examples.ts'
import { printedByLines } from './command-lines.ts'

/* The examples of docs/databricks.md, as the provider would try them. */
let home: ReturnType<typeof exampleDirectory>
let workspace: Awaited<ReturnType<typeof workspaceOver>>
let root: string
beforeAll(async () => {
  home = exampleDirectory()
  root = `${pathToFileURL(home.path)}/root`
  workspace = await workspaceOver(root)
})
afterAll(async () => {
  await workspace.close()
  home.leave()
})

const [commands = '', ...moreCommands] = blocks('docs/databricks.md', 'sh')
const [trust = '', configuration = '', ...moreFiles] = blocks('docs/databricks.md', 'json')
const text = page('docs/databricks.md')

test('every example is tried here', () => {
  expect([moreCommands, moreFiles]).toEqual([[], []])
  expect(parseConnectorConfig(JSON.parse(configuration)).notices).toEqual([])
  expect(JSON.parse(trust).Statement[0].Action).toBe('sts:AssumeRole')
})

test('the commands work one after the other', async () => {
  writeFileSync('connector.json', configuration)
  writeFileSync('run.json', JSON.stringify(runOf('run-1', 1)))
  writeFileSync('rows.jsonl', linesOf(rowsOf(4)))
  const env = { ...signIn(workspace.fake), DELTAQUILL_ROOT: root }
  await printedByLines(commands, { cwd: home.path, env })
})

describe('the grants of the page', () => {
  const ofSql = [...text.matchAll(/GRANT ([A-Z ,]+) ON (?:METASTORE|CATALOG|EXTERNAL LOCATION)[^;]* TO `<app/g)]
  const ofCli = [...text.matchAll(/databricks grants update[^']*'(\{[^']*\})'/g)]

  test('are the same in SQL and by the command line', () => {
    const bySql = ofSql.map(([, privileges = '']) => privileges.split(', ').map((words) => words.replaceAll(' ', '_')))
    const byCli = ofCli.map(([, json = '']) => JSON.parse(json).changes[0].add)
    expect(bySql).toHaveLength(3)
    expect(byCli).toEqual(bySql)
  })

  test('are all that a connector asks for', () => {
    const granted = new Set(ofSql.flatMap(([, privileges = '']) => privileges.split(', ')))
    const asked = ['CREATE SHARE', 'CREATE RECIPIENT', 'USE CATALOG', 'CREATE SCHEMA', 'USE SCHEMA', 'CREATE TABLE']
    const outside = ['EXTERNAL USE SCHEMA', 'CREATE EXTERNAL TABLE', 'EXTERNAL USE LOCATION']
    expect([...asked, ...outside].filter((privilege) => !granted.has(privilege))).toEqual([])
  })
})

test('the page tells of every check that an inspection makes', () => {
  const folder = join(import.meta.dirname, '../../src/databricks/inspect')
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const named = [...code.join('').matchAll(/(?:failed\(\s*|check = )'([a-z-]+)'/gi)].map(([, check = '']) => check)
  expect(named).toContain('storage-credential')
  const rows = text.split('\n').filter((line) => line.startsWith('| `'))
  const told = (check: string) => rows.some((row) => row.split('|')[1]?.includes(`\`${check}\``))
  expect(named.filter((check) => !told(check))).toEqual([])
})
