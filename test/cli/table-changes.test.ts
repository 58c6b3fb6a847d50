import { expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const TABLE = 'fixtures/changes/delta-rs/table'

function changes(...options: string[]) {
  return runCommand(['table', 'changes', TABLE, ...options])
}

test('the rows that changed are printed as JSON Lines', async () => {
  const { exit, stdout } = await changes('--from', '1', '--to', '2', '--columns', 'id,_change_type,_commit_version')
  expect(exit).toBe(0)
  const rows = stdout.trimEnd().split('\n')
  expect(rows.toSorted()).toEqual([
    '{"id":12,"_change_type":"update_postimage","_commit_version":1}',
    '{"id":2,"_change_type":"update_preimage","_commit_version":1}',
    '{"id":3,"_change_type":"delete","_commit_version":2}',
  ])
})

test('in the schema of the last version asked for, with conditions', async () => {
  const { stdout } = await runCommand([
    'table',
    'changes',
    'fixtures/changes/spark-rewritten/table',
    '--from',
    '0',
    '--to',
    '3',
    '--where',
    '{"id": 3}',
  ])
  const [inserted = {}] = stdout.split('\n').map((line) => line && JSON.parse(line))
  expect(Object.keys(inserted)).toEqual(['id', 'name', 'day', '_change_type', '_commit_version', '_commit_timestamp'])
})

test.each([
  [[], 2, /--from is missing/],
  [['--from', '9'], 2, /newest version is 6|9 is after 6/],
  [['--from', '0', '--to', '99'], 4, /version 99 .* does not exist/],
])('a range that is none is refused: %j', async (options, exit, message) => {
  const finished = await changes(...options)
  expect(finished).toMatchObject({ exit, stderr: expect.stringMatching(message) })
})
