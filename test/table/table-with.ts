import {
  createTable,
  type ReadOptions,
  type Row,
  type RowsInput,
  simulatedRuntime,
  type Table,
  type TimeTravel,
} from '../../src/index.ts'
import { formatJson, type JsonObject } from '../../src/json.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'

/** A column as the schema JSON of a table writes it. */
export function field(name: string, type: string, metadata: JsonObject = {}): JsonObject {
  return { name, type, nullable: true, metadata }
}

/** A new table in memory with these columns, and what opens it again. */
export async function tableWith(
  fields: readonly JsonObject[],
  options: { properties?: Record<string, string>; partitionBy?: readonly string[]; rows?: RowsInput } = {},
): Promise<{ table: Table; settings: { store: ObjectStore; runtime: ReturnType<typeof simulatedRuntime> } }> {
  const settings = { store: memoryStore(), runtime: simulatedRuntime() }
  const schema = formatJson({ type: 'struct', fields })
  return { table: await createTable('memory://t', { ...settings, schema, ...options }), settings }
}

export function rowsOf(table: Table, options: ReadOptions & TimeTravel = {}): Promise<Row[]> {
  return collect(table.read(options))
}
