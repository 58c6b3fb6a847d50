import { type ColumnBatch, type Row, renameColumns, type StructType } from '../../schema/index.ts'
import type { Input, Rows } from './input.ts'

/**
 * The same input with column names that Delta allows: `_` for what it forbids, a number behind names that are the same
 * but for case. Reads the schema to know the names.
 */
export async function renamedInput(input: Input): Promise<Input> {
  const { schema, notices } = await input.schema()
  const names = schema.fields.map((field) => field.name)
  const renamed = new Map(renameColumns(names).map((to, i) => [names[i] ?? to, to]))
  const original = new Map([...renamed].map(([from, to]) => [to, from]))
  return {
    ...input,
    schema: async () => ({
      schema: withNames(schema, renamed),
      notices: [...notices, ...renameNotices([...renamed.keys()], [...renamed.values()])],
    }),
    rows: (wanted) => renamedRows(input.rows(withNames(wanted, original)), renamed),
  }
}

/** What a person should know about renamed columns. */
export function renameNotices(from: readonly string[], to: readonly string[]): string[] {
  return from.flatMap((name, i) =>
    name === to[i] ? [] : [`column ${JSON.stringify(name)} is written as ${JSON.stringify(to[i])}`],
  )
}

function withNames(schema: StructType, names: ReadonlyMap<string, string>): StructType {
  return {
    type: 'struct',
    fields: schema.fields.map((field) => ({ ...field, name: names.get(field.name) ?? field.name })),
  }
}

async function* renamedRows(rows: Rows, names: ReadonlyMap<string, string>): Rows {
  const rename = <T>([name, value]: readonly [string, T]): [string, T] => [names.get(name) ?? name, value]
  for await (const batch of rows) {
    if (isRows(batch)) yield batch.map((row) => Object.fromEntries(Object.entries(row).map(rename)))
    else yield { length: batch.length, columns: new Map([...batch.columns].map(rename)) }
  }
}

function isRows(batch: readonly Row[] | ColumnBatch): batch is readonly Row[] {
  return Array.isArray(batch)
}
