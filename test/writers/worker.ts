import { openTable } from '../../src/index.ts'
import { openStore } from '../../src/store/index.ts'

/** What a writer process is told: its name, and which of its batches to deliver. */
export interface Order {
  readonly location: string
  readonly name: string
  readonly from: number
  readonly to: number
}

/**
 * Delivers batch after batch, each a row in a commit of its own under the batch's number, and prints a line as soon as
 * one is acknowledged: its number, and how often a commit was sent for it.
 */
async function work({ location, name, from, to }: Order): Promise<void> {
  const real = await openStore(location)
  let sent = 0
  const store: typeof real = {
    ...real,
    put(key, body, options) {
      if (key.startsWith('_delta_log/')) sent++
      return real.put(key, body, options)
    },
  }
  const table = await openTable(location, { store })
  for (let batch = from; batch < to; batch++) {
    sent = 0
    await table.append([{ writer: name, batch }], { txn: { appId: name, version: batch } })
    process.stdout.write(`${batch} ${sent}\n`)
  }
  await table.settled()
}

await work(JSON.parse(process.argv[2] ?? '') as Order)
