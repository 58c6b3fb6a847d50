import { describe, expect, test } from 'vitest'
import { connectorTemplate, parseConnectorConfig, readConnectorConfig } from '../../src/connector/index.ts'

describe('connector.json as people write it', () => {
  test('may have comments, a byte order mark and a comma after the last element', () => {
    const text = `\ufeff{
      // whom it is for
      "connectorId": "acme", /* "connectorId": "other", */
      "teamId": "a // no comment, and \\" /* neither",
      "recipient": { "mode": "token", "contact": "https://chat.example/x" , },
      "workflows": ["a,]", "b",
      ],
    }`
    expect(readConnectorConfig(text)).toMatchObject({
      config: {
        connectorId: 'acme',
        teamId: 'a // no comment, and " /* neither',
        recipient: { contact: 'https://chat.example/x' },
        workflows: ['a,]', 'b'],
      },
      notices: [],
    })
  })

  test('has its faults named in the place where they stand, comments or not', () => {
    expect(() => readConnectorConfig('{ // one\n  /* two\n  three */ "a": 1 "b": 2\n}', 'acme.json')).toThrow(
      expect.objectContaining({
        code: 'invalid-data',
        message: expect.stringContaining('acme.json is not valid JSON: line 3, character 19'),
      }),
    )
    expect(() => readConnectorConfig('{"connectorId": "a" /* without end')).toThrow('line 1, character 21')
  })
})

describe('the connector.json to begin with', () => {
  test.each([
    ['token', {}],
    ['databricks', { catalog: 'kadoa_prod', databricks: {} }],
  ] as const)('for a recipient by %s holds what holds without it, so that its comments are true', (mode, more) => {
    const { config, notices } = readConnectorConfig(connectorTemplate(mode))
    const { $schema, connectorId, teamId, teamName, recipient } = config
    expect($schema).toMatch(/\/docs\/schemas\/connector\.json$/)
    expect(recipient.mode).toBe(mode)
    expect(notices).toEqual([])
    expect(parseConnectorConfig({ $schema, connectorId, teamId, teamName, recipient, ...more }).config).toEqual(config)
  })

  test.each([
    ['token', ['ipAllowList', 'servedBy', 'catalog', 'mode": "databricks']],
    ['databricks', ['catalog', 'host', 'warehouseId', 'registration', 'DATABRICKS_CLIENT_SECRET']],
  ] as const)('for a recipient by %s shows every setting, those that are commented out too', (mode, words) => {
    const uncommented = connectorTemplate(mode).replaceAll(/^(\s*)\/\/ (?=")/gm, '$1')
    expect(readConnectorConfig(uncommented).notices).toEqual([])
    for (const word of [...words, 'storage', 'all_runs_of_latest_version', 'flat']) {
      expect(connectorTemplate(mode)).toContain(word)
    }
  })
})
