import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { formatCommit, parseCommit } from '../../src/log/index.ts'
import { parseCommitProtocol } from '../../src/log/parse.ts'

function cases(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => name.replace(/\.json$/, ''))
}

describe('a commit file', () => {
  test.each(cases('fixtures/log/accepted'))('is read as it is meant: %s', (name) => {
    const text = readFileSync(`fixtures/log/accepted/${name}.json`, 'utf8')
    const actions = readFileSync(`fixtures/log/accepted/${name}.actions`, 'utf8')
    expect(formatCommit(parseCommit(text, 'commit'))).toBe(actions)
  })

  test.each(cases('fixtures/log/refused'))('that is damaged is refused by name and line: %s', (name) => {
    const text = readFileSync(`fixtures/log/refused/${name}.json`, 'utf8')
    const message = readFileSync(`fixtures/log/refused/${name}.error`, 'utf8').trim()
    try {
      parseCommit(text, 'commit')
      expect.unreachable()
    } catch (error) {
      expect(isDeltaError(error, 'invalid-data') && error.details).toMatchObject({ file: 'commit' })
      expect(error).toHaveProperty('message', expect.stringContaining(message))
    }
  })
})

test('the protocol is found without looking at anything else', () => {
  const text = '{"add":{"nonsense":"protocol"}}\n{"protocol":{"minReaderVersion":9,"minWriterVersion":9}}\n'
  expect(parseCommitProtocol(text, 'commit')).toEqual({ minReaderVersion: 9, minWriterVersion: 9 })
  expect(parseCommitProtocol('{"add":{"stats":"protocol"}}', 'commit')).toBeUndefined()
})
