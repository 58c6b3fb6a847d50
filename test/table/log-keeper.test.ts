import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable, type Runtime, simulatedRuntime, type Table } from '../../src/index.ts'
import { parseJson } from '../../src/json.ts'
import { formatChecksumPath, formatClassicCheckpointPath, LAST_CHECKPOINT_PATH } from '../../src/log/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { type FaultRule, faultyStore } from '../../src/store/testing.ts'
import { keysOf } from '../keys-of.ts'
import { recordingStore } from './recording-store.ts'

const schema = { type: 'struct', fields: [{ name: 'id', type: 'long', nullable: true, metadata: {} }] }
const LOCATION = 'memory://t'

let runtime: Runtime
let store: ObjectStore
let warnings: string[]
beforeEach(() => {
  runtime = simulatedRuntime()
  store = memoryStore({ runtime })
  warnings = []
})

function settings(through: ObjectStore = store) {
  return { store: through, runtime, onWarning: (message: string) => void warnings.push(message) }
}

function create(properties: Record<string, string> = {}): Promise<Table> {
  return createTable(LOCATION, { ...settings(), schema, properties })
}

async function appendEach(table: Table, ...ids: readonly number[]): Promise<void> {
  for (const id of ids) {
    await table.append([{ id }])
    await table.settled()
  }
}

async function checkpointsIn(log: ObjectStore): Promise<number[]> {
  return (await keysOf(log)).flatMap((key) => /_delta_log\/(\d+)\.checkpoint/.exec(key)?.slice(1, 2).map(Number) ?? [])
}

async function idsOf(table: Table): Promise<unknown[]> {
  const ids: unknown[] = []
  for await (const { id } of table.read()) ids.push(id)
  return ids.sort((a, b) => Number(a) - Number(b))
}

function numbersTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1)
}

describe('after a commit', () => {
  test('a checksum says what the version adds up to, from the first version on', async () => {
    const table = await create()
    await appendEach(table, 1, 2)
    for (const [version, numFiles] of [
      [0, 0],
      [1, 1],
      [2, 2],
    ] as const) {
      const { body } = await store.get(formatChecksumPath(version))
      expect(parseJson(new TextDecoder().decode(body))).toMatchObject({
        numFiles,
        numMetadata: 1,
        protocol: { minReaderVersion: 1, minWriterVersion: 2 },
        metadata: { partitionColumns: [] },
      })
    }
  })

  test('every tenth version gets a checkpoint, and the hint leads to it', async () => {
    const table = await create()
    await appendEach(table, ...numbersTo(20))
    expect(await checkpointsIn(store)).toEqual([10, 20])
    expect(parseJson(new TextDecoder().decode((await store.get(LAST_CHECKPOINT_PATH)).body))).toMatchObject({
      version: 20,
      numOfAddFiles: 20,
    })
    expect(warnings).toEqual([])
  })

  test('or as often as the table says', async () => {
    const table = await create({ 'delta.checkpointInterval': '3' })
    await appendEach(table, ...numbersTo(7))
    expect(await checkpointsIn(store)).toEqual([3, 6])
  })

  test('nothing is asked of the storage that the caller would wait for', async () => {
    const recorded = recordingStore(store)
    let release = (): void => undefined
    const busy = new Promise<void>((resolve) => {
      release = resolve
    })
    const waiting = { ...runtime, sleep: () => busy }
    const table = await createTable(LOCATION, { ...settings(recorded.store), runtime: waiting, schema })
    recorded.requests.length = 0
    await table.append([{ id: 1 }])
    expect(recorded.requests).toHaveLength(2)
    release()
    await table.settled()
    expect(recorded.requests.slice(2).sort()).toEqual([0, 1].map((version) => `put ${formatChecksumPath(version)}`))
  })

  test('a checkpoint that somebody else wrote is left alone', async () => {
    const table = await create({ 'delta.checkpointInterval': '2' })
    await appendEach(table, 1)
    const theirs = new TextEncoder().encode('as they wrote it')
    await store.put(formatClassicCheckpointPath(2), theirs, { mode: 'create' })
    await appendEach(table, 2)
    expect((await store.get(formatClassicCheckpointPath(2))).body).toEqual(theirs)
  })

  test('commits that come faster than checkpoints are written wait for the last one that is due', async () => {
    const table = await create({ 'delta.checkpointInterval': '1' })
    await Promise.all(numbersTo(12).map((id) => table.append([{ id }])))
    await table.settled()
    expect(await checkpointsIn(store)).toContain(12)
    expect(await idsOf(await openTable(LOCATION, settings()))).toEqual(numbersTo(12))
    expect(warnings).toEqual([])
  })
})

describe('a writer to whom the tenth version never falls', () => {
  /** Appends in turns with a writer that keeps nothing, as delta-rs does for a hundred versions. */
  async function inTurns(mine: () => Promise<Table>, rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      const careless = await openTable(LOCATION, { ...settings(faultyStore(store, NO_CHECKPOINTS)) })
      const table = await mine()
      if (table.version % 2 === 0) await appendEach(table, round)
      await careless.refresh()
      await appendEach(careless, round)
    }
  }

  const NO_CHECKPOINTS: FaultRule[] = [
    { fault: '503', operations: ['putStream'], key: /checkpoint/ },
    { fault: '503', operations: ['put'], key: /_last_checkpoint/ },
  ]

  test('writes a checkpoint in between, holding the table or opening it anew', async () => {
    const held = await create()
    await inTurns(async () => {
      await held.refresh()
      return held
    }, 20)
    const [first = 0, ...more] = await checkpointsIn(store)
    expect(first).toBeGreaterThan(20)
    expect(first).toBeLessThan(25)
    await inTurns(() => openTable(LOCATION, settings()), 20)
    expect((await checkpointsIn(store)).length).toBeGreaterThan(more.length + 1)
  })

  test('does not believe a hint to a version that is not there yet', async () => {
    const held = await create()
    await store.put(LAST_CHECKPOINT_PATH, new TextEncoder().encode('{"version":1000}'), { mode: 'create' })
    await inTurns(async () => {
      await held.refresh()
      return held
    }, 20)
    expect(await checkpointsIn(store)).not.toEqual([])
  })
})

describe('a table asked for a checkpoint', () => {
  test('writes one of the version that it sees', async () => {
    const table = await create()
    await appendEach(table, 1, 2)
    expect(await table.checkpoint()).toEqual({ version: 2, kind: 'classic', files: 2, bytes: expect.any(Number) })
    expect(await checkpointsIn(store)).toEqual([2])
  })

  test('replaces one that is damaged', async () => {
    const table = await create()
    await appendEach(table, 1)
    await store.put(formatClassicCheckpointPath(1), new Uint8Array(3), { mode: 'create' })
    await table.checkpoint()
    await store.delete(['_delta_log/00000000000000000000.json'])
    expect(await idsOf(await openTable(LOCATION, settings()))).toEqual([1])
  })

  test('says where it failed', async () => {
    const table = await create()
    const failing = await openTable(
      LOCATION,
      settings(faultyStore(store, [{ fault: '403', operations: ['putStream'] }])),
    )
    await expect(failing.checkpoint()).rejects.toMatchObject({ code: 'permission-denied' })
    expect(await checkpointsIn(store)).toEqual([])
    await table.settled()
  })
})

describe('housekeeping that fails', () => {
  const STEPS: readonly FaultRule[] = [
    { fault: 'reset', operations: ['put'], key: /\.crc$/ },
    { fault: 'answer-lost', operations: ['put'], key: /\.crc$/ },
    { fault: 'reset', operations: ['list'], key: /checkpoint/ },
    { fault: '500', operations: ['putStream'], key: /checkpoint/ },
    { fault: '500-after', operations: ['putStream'], key: /checkpoint/ },
    { fault: '403', operations: ['get'], key: /_last_checkpoint/ },
    { fault: '501', operations: ['put'], key: /_last_checkpoint/ },
    { fault: 'answer-lost', operations: ['put'], key: /_last_checkpoint/ },
  ]

  test.each(STEPS)('never fails the append: %o', async (fault) => {
    await create({ 'delta.checkpointInterval': '2' })
    const table = await openTable(LOCATION, settings(faultyStore(store, [fault])))
    await appendEach(table, ...numbersTo(5))
    expect(await idsOf(await openTable(LOCATION, settings()))).toEqual(numbersTo(5))
  })

  test('is told as a warning that names the table', async () => {
    await create({ 'delta.checkpointInterval': '2' })
    const table = await openTable(
      LOCATION,
      settings(faultyStore(store, [{ fault: '403', operations: ['putStream'], key: /checkpoint/ }])),
    )
    await appendEach(table, 1, 2)
    expect(warnings).toEqual([expect.stringMatching(/^no checkpoint of memory:\/\/\w* was written: /)])
  })

  test('fails nothing where whoever hears that warning throws', async () => {
    await create({ 'delta.checkpointInterval': '2' })
    const failing = faultyStore(store, [{ fault: '403', operations: ['putStream'], key: /checkpoint/ }])
    const onWarning = (): never => expect.fail('nobody hears this')
    const table = await openTable(LOCATION, { ...settings(failing), onWarning })
    await appendEach(table, 1, 2)
    expect(table.version).toBe(2)
  })
})

test.each(['classic', 'v2'])(
  'a writer that dies anywhere leaves a table that is read and written: %s',
  async (policy) => {
    await create({ 'delta.checkpointInterval': '2', 'delta.checkpointPolicy': policy })
    let done = 0
    // From the nth write on nothing reaches the storage any more.
    for (let requests = 1; requests <= 24; requests++) {
      const dying = faultyStore(store, [
        { fault: 'reset', operations: ['put', 'putStream', 'delete', 'copy'], from: requests },
      ])
      const table = await openTable(LOCATION, settings(dying))
      for (let append = 0; append < 3; append++) {
        const result = await table.append([{ id: done + 1 }]).catch(() => undefined)
        if (result) done++
        await table.settled()
      }
      const next = await openTable(LOCATION, settings())
      expect(await idsOf(next)).toEqual(numbersTo(done))
    }
    expect(done).toBeGreaterThan(20)
  },
)
