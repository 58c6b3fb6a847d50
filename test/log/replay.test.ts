import { expect, test } from 'vitest'
import { EMPTY_STATE, replay } from '../../src/log/replay.ts'
import { add, remove } from './table.ts'

test('a removed file leaves its newest tombstone, until the file is added again', () => {
  const removed = replay(EMPTY_STATE, [
    [add('a'), add('b')],
    [remove('a', { deletionTimestamp: 1 }), remove('b', { deletionTimestamp: 1 })],
    [remove('a', { deletionTimestamp: 2 })],
  ])
  expect(Array.from(removed.tombstones.values(), (file) => [file.path, file.deletionTimestamp])).toEqual([
    ['b', 1],
    ['a', 2],
  ])
  expect(removed.files.size).toBe(0)
  const back = replay(removed, [[add('a')]])
  expect(Array.from(back.tombstones.values(), (file) => file.path)).toEqual(['b'])
  expect(Array.from(back.files.values(), (file) => file.path)).toEqual(['a'])
  expect(removed.tombstones.size).toBe(2)
})

test('a file that one commit removes and adds is there, and no tombstone, in whichever order', () => {
  for (const commit of [
    [remove('a', { deletionTimestamp: 1 }), add('a')],
    [add('a'), remove('a', { deletionTimestamp: 1 })],
  ]) {
    const state = replay(EMPTY_STATE, [[add('a')], commit])
    expect(state.files.size).toBe(1)
    expect(state.tombstones.size).toBe(0)
  }
})

test('what an application said last is kept whole', () => {
  const first = { txn: { appId: 'a', version: 1, lastUpdated: 10 } }
  const second = { txn: { appId: 'a', version: 2, lastUpdated: 20 } }
  expect(replay(EMPTY_STATE, [[first], [second]]).txns.get('a')).toEqual(second.txn)
})
