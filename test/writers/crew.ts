import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { createTable, openTable } from '../../src/index.ts'
import { parseSchema } from '../../src/schema/index.ts'
import { buildWorker } from './build.ts'
import type { Order } from './worker.ts'

/** What one process came to. */
export interface Shift {
  /** How often a commit was sent for each batch that was acknowledged, by the number of the batch. */
  readonly acknowledged: ReadonlyMap<number, number>
  readonly killed: boolean
}

const schema = parseSchema(
  '{"type":"struct","fields":[{"name":"writer","type":"string","nullable":true,"metadata":{}},{"name":"batch","type":"long","nullable":true,"metadata":{}}]}',
)

export async function createShared(location: string): Promise<void> {
  await createTable(location, { schema })
}

const worker = buildWorker('test/writers/worker.ts')

/**
 * Runs a writer in a process of its own until it is done, or until it is killed without warning.
 * @param kill milliseconds after an acknowledged batch (or, with `batches` 0, after the start) at which it is killed.
 */
export function work(order: Order, kill?: { readonly batches: number; readonly delay: number }): Promise<Shift> {
  const child = spawn(process.execPath, ['--no-warnings', worker, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged = new Map<number, number>()
  const aim = (): void => {
    if (kill && acknowledged.size === kill.batches) setTimeout(() => child.kill('SIGKILL'), kill.delay)
  }
  aim()
  createInterface(child.stdout).on('line', (line) => {
    const [batch, sent] = line.split(' ').map(Number)
    if (batch === undefined || sent === undefined) return
    acknowledged.set(batch, sent)
    aim()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({ acknowledged, killed: code !== 0 })
      else reject(new Error(`the writer ${order.name} ended with ${code ?? signal}`))
    })
  })
}

/** How often each batch of each writer is in the table, as `writer/batch`. */
export async function batchesIn(location: string): Promise<Map<string, number>> {
  const times = new Map<string, number>()
  for await (const { writer, batch } of (await openTable(location)).read()) {
    const name = `${String(writer)}/${String(batch)}`
    times.set(name, (times.get(name) ?? 0) + 1)
  }
  return times
}

/** Once each. */
export function expectedBatches(names: readonly string[], batches: number): Map<string, number> {
  return new Map(
    names.flatMap((name) => Array.from({ length: batches }, (_, batch): [string, number] => [`${name}/${batch}`, 1])),
  )
}
