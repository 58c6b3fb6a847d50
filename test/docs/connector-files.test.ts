import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectorTemplate, readConnectorConfig } from '../../src/connector/index.ts'
import { runCommand } from '../cli/run-command.ts'
import { blocks, exampleDirectory, page } from '../examples.ts'
import { printedByLines } from './command-lines.ts'

const lines = page('docs/connector-files.md').split('\n')
const { config } = readConnectorConfig(connectorTemplate())

/** The last cell of a setting's row: what holds unless said. */
function unlessSaid(key: string): string | undefined {
  const row = lines.find((line) => line.startsWith('| ') && line.split('|')[1]?.includes(`\`${key}\``))
  return row?.split('|').at(-2)?.trim()
}

describe('the page about the files of a connector', () => {
  test('tells of every setting', () => {
    const keys = Object.keys(config).filter((key) => key !== '$schema')
    expect(keys.filter((key) => unlessSaid(key) === undefined)).toEqual([])
    for (const key of ['storage', 'catalog', 'databricks']) expect(unlessSaid(key)).toContain('none')
  })

  test.each(Object.entries(config.checks))('says what the check %s does unless said', (check, given) => {
    const said = unlessSaid(check)
    if (typeof given === 'string') expect(said).toBe(given)
    else expect(said).toMatch(new RegExp(`^\`${given.ratio}\``))
  })
})

describe('the example of events', () => {
  const [events = '', ...moreEvents] = blocks('docs/connector-files.md', 'jsonl')
  const [command = '', ...moreCommands] = blocks('docs/connector-files.md', 'sh')
  let home: ReturnType<typeof exampleDirectory>
  beforeAll(() => {
    home = exampleDirectory()
  })
  afterAll(() => home.leave())

  test('is the only example of its page', () => {
    expect([moreEvents, moreCommands]).toEqual([[], []])
  })

  test('brings its events into the activity log, without private keys and addresses', async () => {
    const [run = ''] = blocks('docs/connector.md', 'json')
    const [rows = ''] = blocks('docs/connector.md', 'jsonl')
    writeFileSync('run.json', run)
    writeFileSync('rows.jsonl', rows)
    writeFileSync('events.jsonl', events)
    const [init, provision] = blocks('docs/connector.md', 'sh')[0]?.split('\n') ?? []
    await printedByLines(`${init}\n${provision}\n${command}`, { cwd: home.path })
    const log = await runCommand(['table', 'read', 'root/tables/acme/kadoa/ACTIVITY_LOG/0'], { cwd: home.path })
    const shown = log.stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(shown).toHaveLength(2)
    expect(shown).toContainEqual(
      expect.objectContaining({ EVENT_TYPE: 'FINISHED', WORKFLOW_ID: 'laptops', DETAILS: '{"records":2}' }),
    )
    expect(shown).toContainEqual(
      expect.objectContaining({ EVENT_ID: 'evt-52', EVENT_TIME: '2026-01-05T07:00:00.000000Z', USER_EMAIL: null }),
    )
  })
})
