import { setTimeout as sleep } from 'node:timers/promises'
import { type Connector, connector, type Delivery } from '../../src/connector/index.ts'
import { isDeltaError } from '../../src/errors.ts'
import { openStore } from '../../src/store/index.ts'

/** What a publishing process is told. */
export interface Order {
  readonly location: string
  readonly id: string
  /** Milliseconds after which another may take over from it. */
  readonly leaseTtl: number
  readonly deliveries: readonly Delivery[]
}

/** Prints a line as soon as it is about to begin, and one as soon as a delivery is through. */
async function work({ location, deliveries, ...settings }: Order): Promise<void> {
  const open = connector({ ...settings, store: await openStore(location) })
  process.stdout.write('ready\n')
  for (const delivery of deliveries) {
    await publish(open, delivery)
    process.stdout.write('published\n')
  }
}

/** Delivers again what lost to others, as whoever calls is to do. */
async function publish(open: Connector, delivery: Delivery): Promise<void> {
  for (;;) {
    try {
      await open.publish(delivery)
      return
    } catch (error) {
      if (!isDeltaError(error, 'conflict')) throw error
      await sleep(50)
    }
  }
}

await work(JSON.parse(process.argv[2] ?? '') as Order)
