import { createTable, openTable, systemRuntime, type Table } from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { countingStore } from './counting-store.ts'
import { deepLog, requestsOnDeepLog } from './deep-log.ts'
import { formatCount, formatTable } from './print.ts'
import { productRows, productSchema } from './product-rows.ts'

/** Counts what each step asks of the storage; deterministic, so one run says it all. */
export async function* benchRequests(): AsyncGenerator<string> {
  const { store, counted } = countingStore(memoryStore())
  const settings = { store, runtime: systemRuntime }
  const rows = productRows(1000)
  const lines: string[][] = []
  const handles: Table[] = []
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    counted.length = 0
    const result = await run()
    const asked = counted.splice(0)
    for (const handle of handles) await handle.settled()
    lines.push([what, String(asked.length), asked.join(' + '), counted.join(' + ')])
    return result
  }
  const table = await step('create', async () => {
    const created = await createTable('memory://bench', { ...settings, schema: productSchema })
    handles.push(created)
    return created
  })
  await step('first append', () => table.append(rows))
  await step('steady append', () => table.append(rows))
  await step('steady append, with a transaction', () => table.append(rows, { txn: { appId: 'bench', version: 1 } }))
  await step('the same transaction again', () => table.append(rows, { txn: { appId: 'bench', version: 1 } }))
  const other = await step('open (4 versions)', () => openTable('memory://bench', settings))
  await other.append(rows)
  await other.settled()
  await step('append that lost a race to one other', () => table.append(rows))
  await step('refresh, nothing new', () => table.refresh())
  yield formatTable('Requests to the storage', ['step', 'requests', 'which', 'behind the answer'], lines)
  yield await deepLogs()
}

/** What a long history costs: nothing, where there are checkpoints. */
async function deepLogs(): Promise<string> {
  const lines: string[][] = []
  for (const versions of [10, 100, 1000, 10_000]) {
    const counts = await requestsOnDeepLog(await deepLog(versions))
    lines.push([formatCount(versions), ...Object.values(counts).map(({ length }) => String(length))])
  }
  const steps = ['open', 'append after it', 'append with the table at hand', 'refresh, nothing new']
  return formatTable('Requests by the length of the log', ['versions', ...steps], lines)
}
