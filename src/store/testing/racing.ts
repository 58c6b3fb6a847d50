import type { ObjectStore, PutResult } from '../object-store.ts'
import type { ContractCase } from './case.ts'
import { bytesOf, check, checkEqual, etagOf, read, write } from './check.ts'

const RACERS = 20
const ROUNDS = 100
const SWAP_ROUNDS = 10

/** What must hold when writers meet: on this the Delta log rests. */
export const racing: readonly ContractCase[] = [
  {
    name: `${RACERS} concurrent creates have exactly one winner, ${ROUNDS} times over`,
    async run(open) {
      const store = await open()
      for (let round = 0; round < ROUNDS; round++) {
        const key = `log/${String(round).padStart(20, '0')}.json`
        await race(store, key, (body) => store.put(key, body, { mode: 'create' }), `round ${round}`)
      }
    },
  },
  {
    name: `${RACERS} concurrent swaps of one ETag have exactly one winner, ${SWAP_ROUNDS} times over`,
    async run(open) {
      const store = await open()
      let ifMatch = await write(store, 'counter', 'start')
      for (let round = 0; round < SWAP_ROUNDS; round++) {
        const mode = { ifMatch }
        await race(store, 'counter', (body) => store.put('counter', body, { mode }), `round ${round}`)
        ifMatch = (await store.head('counter')).etag
      }
    },
  },
  {
    name: 'concurrent read-and-swap loops lose no update',
    async run(open) {
      const store = await open()
      await write(store, 'sum', '0')
      await Promise.all(Array.from({ length: 4 }, () => increment(store, 'sum', 5)))
      checkEqual(await read(store, 'sum'), '20', '4 writers × 5 increments')
    },
  },
  {
    name: 'a reader beside a writer sees one whole version or another, never a mix',
    async run(open) {
      const store = await open()
      const size = 200_000
      const version = (i: number): Uint8Array => new Uint8Array(size).fill(i)
      await store.put('key', version(0), { mode: 'overwrite' })
      let writing = true
      const reader = async (): Promise<void> => {
        while (writing) {
          const { body } = await store.get('key')
          check(body.length === size && body.every((byte) => byte === body[0]), 'a read is of one version')
        }
      }
      const readers = [reader(), reader()]
      for (let i = 1; i <= 20; i++) await store.put('key', version(i), { mode: 'overwrite' })
      writing = false
      await Promise.all(readers)
    },
  },
]

async function race(
  store: ObjectStore,
  key: string,
  put: (body: Uint8Array) => Promise<PutResult>,
  round: string,
): Promise<void> {
  const names = Array.from({ length: RACERS }, (_, racer) => `${round}, racer ${racer}`)
  const results = await Promise.all(names.map((name) => put(bytesOf(name))))
  const winners = names.filter((_, racer) => results[racer]?.outcome === 'written')
  checkEqual(winners.length, 1, `${round}: exactly one of ${RACERS} writers wins`)
  const lost = results.filter(({ outcome }) => outcome === 'precondition-failed').length
  checkEqual(lost, RACERS - 1, `${round}: all others are told that they lost`)
  checkEqual(await read(store, key), winners[0], `${round}: the winner’s bytes are there`)
}

async function increment(store: ObjectStore, key: string, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const { body, etag } = await store.get(key)
    const next = String(Number(new TextDecoder().decode(body)) + 1)
    const result = await store.put(key, bytesOf(next), { mode: { ifMatch: etag } })
    if (result.outcome === 'precondition-failed') continue
    etagOf(result, 'a swap')
    done++
  }
}
