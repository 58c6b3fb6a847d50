import { describe, expect, test } from 'vitest'
import {
  type AddFile,
  commit,
  formatCommitPath,
  formatV2CheckpointPath,
  loadSnapshot,
  resolveCommit,
} from '../../src/log/index.ts'
import { simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { faultyStore } from '../../src/store/testing.ts'
import { add, append, appendOf, createTable, METADATA, PROTOCOL, putText, remove } from './table.ts'

const V2 = ['v2Checkpoint']
const txn = { txn: { appId: 'loader', version: 7 } }

/** A commit that landed, and whose every answer and reading was lost: all that is left is its token. */
async function lostCommit(actions: readonly ({ readonly add: AddFile } | typeof txn)[]) {
  const runtime = simulatedRuntime()
  const store = memoryStore({ runtime })
  const created = await createTable(store, runtime)
  const deaf = faultyStore(store, [{ fault: 'answer-lost' }, { fault: '503', operations: ['get'] }])
  const outcome = await commit(deaf, appendOf(created, ...actions), { runtime })
  if (outcome.outcome !== 'unknown') throw new Error(outcome.outcome)
  return { runtime, store, token: outcome.token, created }
}

/** Cleans up the log: a checkpoint of the newest version is all that is left of it. */
async function cleanUp(store: ObjectStore): Promise<void> {
  const { version, state } = await loadSnapshot(store)
  const actions = [
    { checkpointMetadata: { version } },
    { protocol: { ...PROTOCOL, minReaderVersion: 3, minWriterVersion: 7, readerFeatures: V2, writerFeatures: V2 } },
    { metaData: state.metadata },
    ...Array.from(state.txns.values(), (each) => ({ txn: each })),
    ...Array.from(state.files.values(), (file) => ({ add: file })),
  ]
  await store.delete(Array.from({ length: version + 1 }, (_, each) => formatCommitPath(each)))
  const text = actions.map((action) => `${JSON.stringify(action)}\n`).join('')
  await putText(store, formatV2CheckpointPath(version, '80a083e8-7026-4e79-81be-64bd76c43a11', 'json'), text)
}

describe('the token of a commit', () => {
  test('that a newer version follows is committed', async () => {
    const { runtime, store, token } = await lostCommit([add('a')])
    await append(store, runtime, await loadSnapshot(store), add('b'))
    expect(await resolveCommit(store, token)).toEqual({ outcome: 'committed', version: 1 })
  })

  test('to a table that was dropped and created anew is not found, never resolved by the other table', async () => {
    const { runtime, store, token } = await lostCommit([add('a')])
    await store.delete([formatCommitPath(0), formatCommitPath(1)])
    await createTable(store, runtime, { ...METADATA, id: 'another' })
    await expect(resolveCommit(store, token)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('to a table that was dropped is not found', async () => {
    const { store, token } = await lostCommit([add('a')])
    await store.delete([formatCommitPath(0), formatCommitPath(1)])
    await expect(resolveCommit(store, token)).rejects.toMatchObject({ code: 'not-found' })
  })

  test.each([
    ['one of its files is live', [add('a')], 'committed'],
    ['the table knows its transaction', [add('a'), txn], 'committed'],
  ])('that was cleaned up is known to have landed as long as %s', async (_, actions, outcome) => {
    const { store, token } = await lostCommit(actions)
    await cleanUp(store)
    expect(await resolveCommit(store, token)).toEqual({ outcome, version: 1 })
  })

  test.each([
    ['committed', [txn]],
    ['unknown', []],
  ])('that was cleaned up, and whose file is gone, is %s with %j', async (outcome, more) => {
    const { runtime, store, token } = await lostCommit([add('a'), ...more])
    await append(store, runtime, await loadSnapshot(store), remove('a'))
    await cleanUp(store)
    const forgotten = outcome === 'unknown' ? { token, forgotten: true } : {}
    expect(await resolveCommit(store, token)).toEqual({ outcome, version: 1, ...forgotten })
  })

  test.each([
    ['unknown', []],
    ['committed', [txn]],
  ])(
    'that slept until its version had been cleaned up is not known to be in the log, and %s with %j',
    async (outcome, more) => {
      const runtime = simulatedRuntime()
      const store = memoryStore({ runtime })
      const created = await createTable(store, runtime)
      const put: ObjectStore['put'] = async (...request) => {
        await append(store, runtime, created, add('b'))
        await append(store, runtime, await loadSnapshot(store), add('c'), ...more)
        await cleanUp(store)
        await runtime.sleep(31 * 86_400_000)
        return store.put(...request)
      }
      const slept = await commit({ ...store, put }, appendOf(created, add('a'), ...more), { runtime })
      if (slept.outcome !== 'unknown') throw new Error(slept.outcome)
      expect(await resolveCommit(store, slept.token)).toMatchObject({ outcome, version: 1 })
      expect(await loadSnapshot(store)).toMatchObject({ version: 2, numFiles: 2 })
    },
  )

  test('that lands where its version has been cleaned up, while it is looked for, is not known to be in the log', async () => {
    const runtime = simulatedRuntime()
    const store = memoryStore({ runtime })
    const created = await createTable(store, runtime)
    const sent: Parameters<ObjectStore['put']>[] = []
    const put: ObjectStore['put'] = (...request) => {
      sent.push(request)
      return Promise.resolve({ outcome: 'unknown', cause: new Error('no answer') })
    }
    const lost = await commit({ ...store, put }, appendOf(created, add('a')), { runtime })
    if (lost.outcome !== 'unknown') throw new Error(lost.outcome)
    await append(store, runtime, created, add('b'))
    await append(store, runtime, await loadSnapshot(store), add('c'))
    await cleanUp(store)
    const list: ObjectStore['list'] = async function* (options) {
      const [request] = sent.splice(0)
      if (request !== undefined) await store.put(...request)
      yield* store.list(options)
    }
    const resolved = await resolveCommit({ ...store, list }, lost.token)
    expect(resolved).toMatchObject({ outcome: 'unknown', version: 1, forgotten: true })
  })

  test('that slept is committed where nothing was cleaned up', async () => {
    const runtime = simulatedRuntime()
    const store = memoryStore({ runtime })
    const put: ObjectStore['put'] = async (...request) => {
      await runtime.sleep(31 * 86_400_000)
      return store.put(...request)
    }
    const created = await createTable({ ...store, put }, runtime)
    expect(await commit({ ...store, put }, appendOf(created, add('a')), { runtime })).toMatchObject({
      outcome: 'committed',
      version: 1,
    })
  })

  test('that was to create a table which is not there stays unknown', async () => {
    const runtime = simulatedRuntime()
    const store = memoryStore({ runtime })
    const deaf = faultyStore(store, [{ fault: '503', operations: ['put'] }])
    const outcome = await commit(deaf, appendOf(null, { protocol: PROTOCOL }, { metaData: METADATA }), { runtime })
    if (outcome.outcome !== 'unknown') throw new Error(outcome.outcome)
    expect(await resolveCommit(store, outcome.token)).toMatchObject({ outcome: 'unknown', forgotten: false })
  })
})
