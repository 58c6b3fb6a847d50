import { isDeltaError, messageOf } from '../../../src/errors.ts'
import { createTable, openTable, type Table } from '../../../src/index.ts'
import { resolveCommit } from '../../../src/log/index.ts'
import { type Runtime, simulatedRuntime } from '../../../src/runtime.ts'
import { parseSchema } from '../../../src/schema/index.ts'
import { memoryStore, type ObjectStore } from '../../../src/store/index.ts'
import type { Operation } from '../../../src/store/testing.ts'

/** Where an operation is tried: a store, and the same store through everything that can go wrong. */
export interface Place {
  readonly sound: ObjectStore
  readonly failing: ObjectStore
  readonly runtime: Runtime
}

/** What an operation told its caller. */
export type Told =
  | { readonly told: 'done'; readonly rows?: readonly number[] }
  | { readonly told: 'failed'; readonly error: unknown }

/** One thing that people do with a table, and which of its requests the faults are for. */
export interface Trial {
  readonly name: string
  readonly requests: { readonly operations: readonly Operation[]; readonly key: RegExp }
  /** What is there before. */
  prepare(place: Place): Promise<void>
  /** Begun before the faults begin: what it resolves to meets them. */
  begin(place: Place): Promise<() => Promise<Told>>
  /** How the outcome, which is the cell of the matrix, and what is there afterwards contradict each other. */
  judge(told: Told, place: Place): Promise<{ readonly outcome: string; readonly contradiction?: string }>
}

const LOCATION = 'memory://trial'
const COMMITS = /_delta_log\/\d+\.json$/
const DATA = /\.parquet$/
const schema = parseSchema('{"type":"struct","fields":[{"name":"id","type":"long","nullable":true,"metadata":{}}]}')
const NEW_ROW = 4
const TXN = { appId: 'trial', version: 1 }

/** Three versions with a row each, so that a listing has a middle. */
async function threeVersions({ sound }: Place): Promise<void> {
  sample ??= sampleTable()
  for (const [key, body] of await sample) await sound.put(key, body, { mode: 'create' })
}

let sample: Promise<ReadonlyMap<string, Uint8Array>> | undefined

async function sampleTable(): Promise<ReadonlyMap<string, Uint8Array>> {
  const store = memoryStore()
  const table = await createTable(LOCATION, { store, runtime: simulatedRuntime({ seed: 5_000_000 }), schema })
  for (const id of [1, 2, 3]) await table.append([{ id }])
  await table.settled()
  const objects = new Map<string, Uint8Array>()
  for await (const { key } of store.list()) objects.set(key, (await store.get(key)).body)
  return objects
}

function open(store: ObjectStore, { runtime }: Place): Promise<Table> {
  return openTable(LOCATION, { store, runtime })
}

async function idsIn(table: Table): Promise<number[]> {
  const ids: number[] = []
  for await (const { id } of table.read()) ids.push(Number(id))
  return ids.sort()
}

/** The rows that a handle shows. Each version after the first added one: what a version lacks is marked by `NaN`. */
async function idsOfVersion(table: Table): Promise<number[]> {
  const ids = await idsIn(table)
  return ids.length === table.version ? ids : [...ids, Number.NaN]
}

async function told(run: () => Promise<readonly number[] | undefined>): Promise<Told> {
  try {
    const rows = await run()
    return { told: 'done', ...(rows && { rows }) }
  } catch (error) {
    return { told: 'failed', error }
  }
}

function codeOf({ error }: Extract<Told, { told: 'failed' }>): string {
  if (isDeltaError(error)) return error.code
  throw error
}

/** What a write came to: told `done` it is there once, told `failed` never, and what is unknown can be resolved. */
async function judgeWrite(outcome: Told, place: Place, isThere: () => Promise<number>): ReturnType<Trial['judge']> {
  const code = outcome.told === 'done' ? 'done' : codeOf(outcome)
  let times: number
  try {
    times = await isThere()
  } catch (error) {
    return { outcome: code, contradiction: `told ${code}, and the table cannot be read: ${messageOf(error)}` }
  }
  if (outcome.told === 'done') return verdict(code, times, 1)
  if (code !== 'commit-unknown') return verdict(code, times, 0)
  const token = isDeltaError(outcome.error) ? (outcome.error.details.token ?? '') : ''
  const resolution = (await resolveCommit(place.sound, token)).outcome
  return verdict(`commit-unknown, then ${resolution}`, times, resolution === 'committed' ? 1 : 0)
}

function verdict(outcome: string, times: number, expected: number) {
  if (times === expected) return { outcome }
  return { outcome, contradiction: `told ${outcome}, and it is there ${times} times` }
}

async function timesOfNewRow(place: Place): Promise<number> {
  const ids = await idsIn(await open(place.sound, place))
  return ids.filter((id) => id === NEW_ROW).length
}

const create: Trial = {
  name: 'create',
  requests: { operations: ['put'], key: COMMITS },
  async prepare() {},
  begin:
    async ({ failing, runtime }) =>
    () =>
      told(async () => {
        await createTable(LOCATION, { store: failing, runtime, schema })
        return undefined
      }),
  judge: (outcome, place) =>
    judgeWrite(outcome, place, () =>
      open(place.sound, place).then(
        () => 1,
        () => 0,
      ),
    ),
}

function append(name: string, requests: Trial['requests']): Trial {
  return {
    name,
    requests,
    prepare: threeVersions,
    async begin(place) {
      const table = await open(place.failing, place)
      return () =>
        told(async () => {
          await table.append([{ id: NEW_ROW }])
          return undefined
        })
    },
    judge: (outcome, place) => judgeWrite(outcome, place, () => timesOfNewRow(place)),
  }
}

/** A loader that repeats what was not told done, in a new process, until it is. */
const appendOnce: Trial = {
  name: 'append with txn, repeated',
  requests: { operations: ['put'], key: COMMITS },
  prepare: threeVersions,
  async begin(place) {
    const table = await open(place.failing, place)
    return () =>
      told(async () => {
        await table.append([{ id: NEW_ROW }], { txn: TXN })
        return undefined
      })
  },
  async judge(outcome, place) {
    const first = outcome.told === 'done' ? 'done' : codeOf(outcome)
    const again = await open(place.sound, place)
    const { skipped } = await again.append([{ id: NEW_ROW }], { txn: TXN })
    if (first === 'done' && !skipped) return { outcome: first, contradiction: 'told done, and it was not there' }
    const end = first === 'done' ? first : `${first}, then ${skipped ? 'skipped' : 'done'}`
    return verdict(end, await timesOfNewRow(place), 1)
  },
}

function judgeRows(outcome: Told): Awaited<ReturnType<Trial['judge']>> {
  if (outcome.told === 'failed') return { outcome: codeOf(outcome) }
  const rows = (outcome.rows ?? []).join()
  const ends = new Map([
    ['1,2,3', 'done'],
    ['1,2', 'an earlier version'],
    ['1', 'an earlier version'],
    ['', 'an earlier version'],
  ])
  const end = ends.get(rows)
  return end ? { outcome: end } : { outcome: 'wrong rows', contradiction: `the rows ${rows} were never in the table` }
}

const openIt: Trial = {
  name: 'open',
  requests: { operations: ['list', 'get'], key: /_delta_log\// },
  prepare: threeVersions,
  begin: async (place) => () =>
    told(async () => {
      return await idsOfVersion(await open(place.failing, place))
    }),
  judge: async (outcome) => judgeRows(outcome),
}

const refresh: Trial = {
  ...openIt,
  name: 'refresh',
  async prepare({ sound, runtime }) {
    await createTable(LOCATION, { store: sound, runtime, schema })
  },
  async begin(place) {
    const table = await open(place.failing, place)
    const other = await open(place.sound, place)
    for (const id of [1, 2, 3]) await other.append([{ id }])
    return () =>
      told(async () => {
        await table.refresh()
        return await idsOfVersion(table)
      })
  },
}

const read: Trial = {
  name: 'read',
  requests: { operations: ['get'], key: DATA },
  prepare: threeVersions,
  async begin(place) {
    const table = await open(place.failing, place)
    return () => told(() => idsIn(table))
  },
  judge: async (outcome) => judgeRows(outcome),
}

/** Every operation, in the order of the columns. */
export const trials: readonly Trial[] = [
  create,
  append('append: data file', { operations: ['put', 'putStream'], key: DATA }),
  append('append: commit', { operations: ['put'], key: COMMITS }),
  appendOnce,
  openIt,
  refresh,
  read,
]
