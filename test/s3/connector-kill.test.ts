import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Delivery } from '../../src/connector/index.ts'
import { listEntries } from '../../src/connector/journal.ts'
import { listPending } from '../../src/connector/pending.ts'
import { type Runtime, simulatedRuntime, systemRuntime } from '../../src/runtime.ts'
import { openStore } from '../../src/store/index.ts'
import { expectWholeGeneration, runsIn } from '../connector/recipient.ts'
import { CONNECTOR_ID, deliveryOf, type Given, provisioned, type World } from '../connector/world.ts'
import { buildWorker } from '../writers/build.ts'
import { openBucket } from './minio.ts'
import type { Order } from './publisher.ts'

/** Set to the seed that a failed run printed to deliver in the same order and kill after the same times. */
const SEED = Number(process.env.DELTAQUILL_KILL_SEED ?? Date.now() % 1_000_000)
const PROCESSES = 2
/** How often each process is killed. */
const KILLS = 4
/** Milliseconds after a sign of life within which it is killed; a run takes about as long to publish. */
const LONGEST_DELAY = 400

const CHANGED = [{ name: 'sku', dataType: 'STRING', isKey: true }]
const RUNS: readonly Given[] = [
  { runId: 'r1', day: 1 },
  { workflowId: 'news', runId: 'n1', day: 2 },
  { runId: 'r2', day: 3, rows: 4 },
  { workflowId: 'news', runId: 'n2', day: 4 },
  { runId: 'r3', day: 5, fields: CHANGED },
  { workflowId: 'news', runId: 'n3', day: 6 },
  { runId: 'r4', day: 7, fields: CHANGED },
]

const publisher = buildWorker('test/s3/publisher.ts')

test('runs are published once, however often their publishers are killed, and nobody ever sees half of one', async () => {
  console.info(`publishers are killed by the seed ${SEED} (DELTAQUILL_KILL_SEED replays it)`)
  const location = `${await openBucket()}/root`
  const world = await provisioned({
    store: await openStore(location),
    runtime: systemRuntime,
    config: { activityLog: false },
  })
  const { random } = simulatedRuntime({ seed: SEED })
  const queues = queuesOf(random)
  const watching = watch(world)
  const killed = await Promise.all(queues.map((deliveries, index) => deliver(location, deliveries, SEED + index)))
  console.info(`${killed.join(' and ')} processes were killed; ${await watching.end()} readings were whole`)
  expect(Math.min(...killed)).toBeGreaterThan(0)
  // Whoever publishes next clears away what the killed ones left.
  await world.open().publish(deliveryOf({ runId: 'r5', day: 8, fields: CHANGED }))
  const seen = await world.see()
  expectWholeGeneration(seen)
  expect(runsIn(seen), `seed ${SEED}`).toEqual([...RUNS.map(({ runId }) => runId), 'r5'])
  expect(await listPending(world.store, CONNECTOR_ID, {})).toEqual([])
  const entries = await listEntries(world.store, CONNECTOR_ID, {})
  expect(entries.filter(({ step }) => step !== 'published')).toEqual([])
})

/** Every run one to three times, in any order, over the processes. */
function queuesOf(random: Runtime['random']): Delivery[][] {
  const times = RUNS.flatMap((run) => Array.from({ length: 1 + Math.floor(random() * 3) }, () => run))
  const order = times.map((run) => ({ run, place: random() })).sort((a, b) => a.place - b.place)
  return Array.from({ length: PROCESSES }, (_, index) =>
    order.filter((_, place) => place % PROCESSES === index).map(({ run }) => deliveryOf(run)),
  )
}

/** Processes deliver one after the other, each what the one before was not told done. @returns how many were killed. */
async function deliver(location: string, deliveries: readonly Delivery[], seed: number): Promise<number> {
  const { random } = simulatedRuntime({ seed })
  let left = deliveries
  for (let killed = 0; ; killed++) {
    const kill = { after: Math.floor(random() * 2), delay: random() * LONGEST_DELAY }
    const order = { location, id: CONNECTOR_ID, leaseTtl: 1000, deliveries: left }
    const { published, wasKilled } = await live(order, killed < KILLS ? kill : undefined)
    left = left.slice(published)
    if (!wasKilled) return killed
  }
}

interface Life {
  readonly published: number
  readonly wasKilled: boolean
}

/** @param kill how many deliveries it may see through, and how long after the last of them it is killed. */
function live(order: Order, kill?: { readonly after: number; readonly delay: number }): Promise<Life> {
  const child = spawn(process.execPath, ['--no-warnings', publisher, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let signs = 0
  createInterface(child.stdout).on('line', () => {
    if (kill !== undefined && signs === kill.after) setTimeout(() => child.kill('SIGKILL'), kill.delay)
    signs++
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({ published: Math.max(0, signs - 1), wasKilled: code !== 0 })
      else reject(new Error(`a publisher ended with ${code ?? signal}`))
    })
  })
}

/** Reads all that is shared, time and again, until it is told to end. @returns how many readings there were. */
function watch(world: World): { readonly end: () => Promise<number> } {
  let goesOn = true
  let readings = 0
  const watching = (async () => {
    for (; goesOn; readings++) {
      expectWholeGeneration(await world.see())
      // The publishers need the machine, too.
      await sleep(50)
    }
  })()
  watching.catch(() => {})
  return {
    async end() {
      goesOn = false
      await watching
      return readings
    },
  }
}
