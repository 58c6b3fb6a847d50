import { type CreateTableOptions, createTable, simulatedRuntime, type Table } from '../../src/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { recordingStore } from './recording-store.ts'

export const schema = {
  type: 'struct',
  fields: [
    { name: 'id', type: 'long', nullable: false, metadata: {} },
    { name: 'name', type: 'string', nullable: true, metadata: {} },
    { name: 'price', type: 'decimal(10,2)', nullable: true, metadata: {} },
  ],
}

/** An empty place in memory that writes down its requests, and what creates a table there, with `schema` unless said. */
export function recordedPlace() {
  const runtime = simulatedRuntime()
  const { store, requests } = recordingStore(memoryStore())
  const create = (options: Partial<CreateTableOptions> = {}): Promise<Table> =>
    createTable('memory://t', { store, runtime, schema, ...options })
  return { store, runtime, requests, create }
}
