import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isJsonObject, parseJson } from '../../src/json.ts'
import { commitInfoOf, ENGINE_INFO } from '../../src/log/commit-info.ts'
import { add, METADATA, remove, withProperties } from './table.ts'

const info = { operation: 'WRITE', operationParameters: { mode: 'Append' }, blindAppend: true }
const context = { base: null, metadata: METADATA, txnId: 'id', now: 5 }

test('a commit names this package and its version as its engine', () => {
  const manifest = parseJson(readFileSync('package.json', 'utf8'))
  expect(isJsonObject(manifest) && `${manifest.name}/${manifest.version}`).toBe(ENGINE_INFO)
})

test('a commitInfo has the fields of Spark in the order of Spark', () => {
  const fields = { ...info, operationMetrics: { numFiles: '1' }, userMetadata: 'hello' }
  expect(JSON.stringify(commitInfoOf(fields, [add('a')], context))).toBe(
    `{"timestamp":5,"operation":"WRITE","operationParameters":{"mode":"Append"},"isolationLevel":"Serializable","isBlindAppend":true,"operationMetrics":{"numFiles":"1"},"userMetadata":"hello","engineInfo":"${ENGINE_INFO}","txnId":"id"}`,
  )
})

test('an in-commit timestamp stands where the table wants one', () => {
  const metadata = withProperties({ 'delta.enableInCommitTimestamps': 'true' })
  expect(commitInfoOf(info, [], { ...context, metadata })).toMatchObject({ inCommitTimestamp: 5 })
  expect(commitInfoOf(info, [], context)).not.toHaveProperty('inCommitTimestamp')
})

test.each([
  ['Serializable', METADATA, [add('a')]],
  ['WriteSerializable', withProperties({ 'delta.isolationLevel': 'WriteSerializable' }), [add('a')]],
  ['SnapshotIsolation', METADATA, [add('a', { dataChange: false }), remove('b', { dataChange: false })]],
])('a commitInfo names the level of isolation: %s', (isolationLevel, metadata, actions) => {
  expect(commitInfoOf(info, actions, { ...context, metadata })).toMatchObject({ isolationLevel })
})

test('on a table with row tracking a commitInfo says whether rows kept their ids', () => {
  const tracked = { ...context, metadata: withProperties({ 'delta.enableRowTracking': 'true' }) }
  const tags = (value: string) => ({ tags: { 'delta.rowTracking.preserved': value } })
  expect(commitInfoOf(info, [add('a')], tracked)).toMatchObject(tags('true'))
  expect(commitInfoOf(info, [remove('a')], tracked)).toMatchObject(tags('true'))
  expect(commitInfoOf(info, [remove('a'), add('b')], tracked)).toMatchObject(tags('false'))
  expect(commitInfoOf(info, [add('a')], context)).not.toHaveProperty('tags')
})
