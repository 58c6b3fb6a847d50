import { describe, expect, test } from 'vitest'
import { connectorTemplate, readConnectorConfig } from '../../src/connector/index.ts'
import { page } from '../examples.ts'

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
