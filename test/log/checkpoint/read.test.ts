import { describe, expect, test } from 'vitest'
import { loadSnapshot, parseLogPath } from '../../../src/log/index.ts'
import { listWholeLog } from '../../../src/log/listing.ts'
import { faultyStore } from '../../../src/store/testing.ts'
import { isCheckpoint, logInMemory, stateOf, TABLES, tableNames, withoutOldCommits } from '../stored.ts'

const NEWEST = 7
const CHECKPOINT = 5

describe.each(tableNames)('the checkpoint of %s', (name) => {
  const table = `${TABLES}/${name}`

  test('gives the state that all commits give', async () => {
    const commits = await logInMemory(table, (key) => !isCheckpoint(key))
    const checkpoint = await logInMemory(table, withoutOldCommits(CHECKPOINT))
    for (const version of [CHECKPOINT, NEWEST]) {
      const expected = stateOf(await loadSnapshot(commits, { version }))
      expect(stateOf(await loadSnapshot(checkpoint, { version }))).toEqual(expected)
    }
  })

  test('is read instead of the commits before it', async () => {
    const store = faultyStore(await logInMemory(table), [])
    await loadSnapshot(store)
    const commits = store.requests.filter((request) => /\d\.json$/.test(request) && !request.includes('.checkpoint.'))
    expect(commits).toHaveLength(NEWEST - CHECKPOINT)
    expect(store.requests.filter((request) => request.startsWith('list'))).toHaveLength(1)
  })

  test('is stood in for by the commits wherever one of its files is cut, flipped or gone', async () => {
    const whole = await logInMemory(table)
    const expected = stateOf(await loadSnapshot(whole))
    for await (const { key } of whole.list({ prefix: '_delta_log/' })) {
      if (!key.includes('.checkpoint.')) continue
      for (const damage of [cut, emptied, flipped]) {
        const store = await logInMemory(table)
        const { body } = await store.get(key)
        await store.put(key, damage(body), { mode: 'overwrite' })
        expect(stateOf(await loadSnapshot(store)), `${damage.name} ${key}`).toEqual(expected)
      }
      const store = await logInMemory(table)
      await store.delete([key])
      expect(stateOf(await loadSnapshot(store))).toEqual(expected)
    }
  })

  test('is named when it is damaged and the commits are gone', async () => {
    const store = await logInMemory(table, withoutOldCommits(CHECKPOINT))
    const { checkpoints } = await listWholeLog(store)
    for (const { key } of checkpoints.flatMap(({ files }) => files)) {
      const { body } = await store.get(key)
      await store.put(key, cut(body), { mode: 'overwrite' })
    }
    const error = await loadSnapshot(store).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'invalid-data', message: expect.stringContaining('.checkpoint.') })
  })

  test('lets a version before it be read from the commits, and says which is the oldest when they are gone', async () => {
    expect(await loadSnapshot(await logInMemory(table), { version: 3 })).toMatchObject({ version: 3 })
    const cleaned = await logInMemory(table, withoutOldCommits(CHECKPOINT))
    await expect(loadSnapshot(cleaned, { version: 3 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(`the oldest version that can be read is ${CHECKPOINT}`),
    })
  })
})

test('every version that has its commit tells what the commit said of itself', async () => {
  const store = await logInMemory(`${TABLES}/classic`)
  for (const version of [CHECKPOINT, NEWEST]) {
    const snapshot = await loadSnapshot(store, { version })
    expect(snapshot.commitInfo).toMatchObject({ operation: version === CHECKPOINT ? 'DELETE' : 'WRITE' })
    expect(snapshot.etag).toBe((await store.head(`_delta_log/0000000000000000000${version}.json`)).etag)
  }
})

test('the fixtures have a checkpoint of every kind', async () => {
  const kinds = new Set<string>()
  for (const name of tableNames) {
    for await (const { key } of (await logInMemory(`${TABLES}/${name}`)).list()) kinds.add(parseLogPath(key).kind)
  }
  expect([...kinds]).toEqual(expect.arrayContaining(['classic-checkpoint', 'multi-part-checkpoint', 'v2-checkpoint']))
})

function cut(body: Uint8Array): Uint8Array {
  return body.slice(0, Math.floor(body.length * 0.6))
}

function emptied(): Uint8Array {
  return new Uint8Array(0)
}

/** Of the footer, or of the last line. */
function flipped(body: Uint8Array): Uint8Array {
  const copy = body.slice()
  for (let i = body.length - 40; i < body.length - 10; i++) copy[i] = (copy[i] ?? 0) ^ 0xff
  return copy
}
