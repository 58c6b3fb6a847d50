import { DeltaError, isDeltaError, messageOf } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore, PutResult } from './object-store.ts'

/** What a probe found out by trying. */
export interface ProbeReport {
  /** True when several writers may share this store: every check that this rests on passed. */
  readonly severalWriters: boolean
  /** Why not. */
  readonly reason?: string
  readonly checks: readonly ProbeCheck[]
}

export interface ProbeCheck {
  readonly name: 'create' | 'race' | 'if-match' | 'list-after-write' | 'range-read'
  readonly passed: boolean
  /** What was found instead of what was expected. */
  readonly detail?: string
}

export interface ProbeOptions {
  readonly runtime: Runtime
  /** Concurrent creates in a round of the race, 16 unless given; and rounds, 8 unless given. */
  readonly racers?: number
  readonly rounds?: number
  readonly signal?: AbortSignal
}

/** What a commit and a swap of a manifest rest on; reading by range is a matter of readers. */
const WRITERS_NEED: readonly ProbeCheck['name'][] = ['create', 'race', 'if-match', 'list-after-write']

/**
 * Tries on scratch objects whether a store keeps its promises, and removes them again. Many stores that speak S3 accept
 * a conditional put and ignore the condition, or check it before they write: that shows only when writers race. A
 * passed race is evidence, not proof; a failed one is proof.
 * @throws {DeltaError} `unavailable`, `permission-denied`, `unauthenticated` or `not-found` when there is no telling.
 */
export async function probeStore(store: ObjectStore, options: ProbeOptions): Promise<ProbeReport> {
  const { runtime, racers = 16, rounds = 8, signal } = options
  const prefix = `_deltaquill_probe-${runtime.uuid()}`
  const scratch: Scratch = { store, key: (name) => `${prefix}-${name}`, prefix, racers, rounds, signal }
  try {
    const checks = [
      await tried('create', () => createTwice(scratch)),
      await tried('race', () => raceCreates(scratch)),
      await tried('if-match', () => swapByETag(scratch)),
      await tried('list-after-write', () => listAfterWrite(scratch)),
      await tried('range-read', () => readRanges(scratch)),
    ]
    const failed = checks.find(({ name, passed }) => !passed && WRITERS_NEED.includes(name))
    return {
      severalWriters: failed === undefined,
      ...(failed && { reason: `${store.location} may have one writer at a time only: ${failed.detail}` }),
      checks,
    }
  } finally {
    await cleanUp(scratch)
  }
}

interface Scratch {
  readonly store: ObjectStore
  readonly prefix: string
  key(name: string): string
  readonly racers: number
  readonly rounds: number
  readonly signal: AbortSignal | undefined
}

/** Undefined when the promise was kept, else what was found. */
type Finding = string | undefined

async function tried(name: ProbeCheck['name'], work: () => Promise<Finding>): Promise<ProbeCheck> {
  try {
    const detail = await work()
    return detail === undefined ? { name, passed: true } : { name, passed: false, detail }
  } catch (error) {
    // A refusal by name is an answer to the question; a broken line is not.
    if (isDeltaError(error, 'unsupported')) return { name, passed: false, detail: messageOf(error) }
    throw error
  }
}

async function createTwice({ store, key, signal }: Scratch): Promise<Finding> {
  const name = key('create')
  const first = settled(await store.put(name, bytesOf('first'), { mode: 'create', signal }))
  if (first !== 'written') return `creating an object that is not there gave "${first}"`
  const second = settled(await store.put(name, bytesOf('second'), { mode: 'create', signal }))
  const { body } = await store.get(name, { signal })
  if (second === 'written') return 'it ignores If-None-Match: creating an object that exists replaced it'
  if (textOf(body) !== 'first') return 'creating an object that exists was refused, and replaced it all the same'
  return undefined
}

async function raceCreates({ store, key, racers, rounds, signal }: Scratch): Promise<Finding> {
  for (let round = 0; round < rounds; round++) {
    const name = key(`race-${round}`)
    const names = Array.from({ length: racers }, (_, racer) => `racer ${racer}`)
    const results = await Promise.all(names.map((racer) => store.put(name, bytesOf(racer), { mode: 'create', signal })))
    const winners = names.filter((_, racer) => settled(results[racer]) === 'written')
    if (winners.length !== 1) {
      return `its conditional create is not atomic: ${winners.length} of ${racers} concurrent creates of one object succeeded, expected exactly 1`
    }
    const { body } = await store.get(name, { signal })
    if (textOf(body) !== winners[0]) return 'in a race of creates the bytes of a loser were kept'
  }
  return undefined
}

async function swapByETag({ store, key, signal }: Scratch): Promise<Finding> {
  const name = key('if-match')
  const first = await store.put(name, bytesOf('1'), { mode: 'overwrite', signal })
  if (first.outcome !== 'written') return `overwriting gave "${settled(first)}"`
  const swap = (text: string) =>
    store.put(name, bytesOf(text), { mode: { ifMatch: first.etag }, signal }).then((result) => settled(result))
  const right = await swap('2')
  if (right !== 'written') return `replacing an object by its own ETag gave "${right}"`
  if ((await swap('3')) === 'written') return 'it ignores If-Match: a stale ETag replaced the object'
  return undefined
}

async function listAfterWrite({ store, key, prefix, signal }: Scratch): Promise<Finding> {
  const names = [key('list-a'), key('list-b')]
  for (const name of names) settled(await store.put(name, bytesOf(name), { mode: 'overwrite', signal }))
  const listed: string[] = []
  for await (const object of store.list({ prefix: `${prefix}-list`, signal })) listed.push(object.key)
  if (listed.join() === names.join()) return undefined
  return `a listing right after two writes showed ${listed.length} objects, expected both in order`
}

async function readRanges({ store, key, signal }: Scratch): Promise<Finding> {
  const name = key('range')
  settled(await store.put(name, bytesOf('0123456789'), { mode: 'overwrite', signal }))
  const middle = textOf((await store.get(name, { range: { start: 2, end: 5 }, signal })).body)
  const tail = textOf((await store.get(name, { range: { suffix: 3 }, signal })).body)
  return middle === '234' && tail === '789' ? undefined : `ranges were read as "${middle}" and "${tail}"`
}

/** A lost answer says nothing about the store. */
function settled(result: PutResult | undefined): 'written' | 'precondition-failed' {
  if (result === undefined || result.outcome === 'unknown') {
    throw new DeltaError('unavailable', 'the probe lost an answer of the store, so there is no telling: probe again', {
      cause: result?.cause,
    })
  }
  return result.outcome
}

async function cleanUp({ store, prefix }: Scratch): Promise<void> {
  try {
    const keys: string[] = []
    for await (const { key } of store.list({ prefix })) keys.push(key)
    await store.delete(keys)
  } catch {
    // The report, or the error that came first, tells more than a few objects of some bytes left behind.
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
