import type { Erased, KeyValue } from '../connector/index.ts'
import { DeltaError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { formatCount } from './grid.ts'
import { optional, repeated } from './option.ts'
import { answer } from './session.ts'
import { jsonObject, text } from './value.ts'

/** Objects that are named in text; with --json all are. */
const MAX_OBJECTS = 20

export const connectorErase = command({
  name: 'erase',
  summary: 'erase rows by their key, for good, and prove that no object holds its values any more',
  details: `Example:
  deltaquill connector erase acme --root s3://bucket/prefix --workflow people --key '{"email":"ann@example.com"}'

Rows leave all tables, samples of values leave the metadata, staged files and older versions go, and then every object is read
through. Where one still holds a value, it is named and the command ends with exit code 7. Interrupted, it goes on when it is
called again.`,
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    workflow: optional('id', 'rows of this workflow only', text),
    key: repeated('json', 'columns and their values, {"email":"ann@example.com"}', keyOf),
    rowKey: repeated('sha256', 'a KADOA_ROW_KEY', text),
    event: repeated('text', 'events that hold this text anywhere leave the activity log too', text),
    proof: repeated('value', 'what must be nowhere, in place of all values that were given', text),
    webhook: webhookOption,
  },
  async run({ connector: id, root, workflow, key: keys, rowKey: rowKeys, event, proof, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const erasure = { workflowId: workflow, keys, rowKeys, alsoInActivityLog: event }
    const erased = await handle.erase({ ...erasure, ...(proof.length > 0 && { proof }) }, { signal: session.signal })
    await answer(session, jsonOf(erased), () => formatErased(erased))
    if (!erased.proof.isProven) throw unproven(erased)
  },
})

function keyOf(value: string): { readonly [column: string]: KeyValue } {
  return Object.fromEntries(Object.entries(jsonObject(value)).map(([column, each]) => [column, keyValue(column, each)]))
}

function keyValue(column: string, value: unknown): KeyValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new DeltaError('invalid-argument', `${column}: expected a text, a number, true or false`)
}

function jsonOf({ tables, proof, ...erased }: Erased): JsonObject {
  const traces = proof.traces.map((trace) => ({ ...trace }))
  return { ...erased, tables: tables.map((table) => ({ ...table })), proof: { ...proof, traces } }
}

function formatErased({ generation, tables, events, proof }: Erased): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  return [
    `erased ${formatCount(rows, 'row')} and ${formatCount(events, 'event')}, generation ${generation}`,
    ...tables.filter((table) => table.rows > 0).map((table) => `  ${table.name}: ${formatCount(table.rows, 'row')}`),
    `read ${formatCount(proof.objects, 'object')} through: ${proof.isProven ? 'none holds a value that was given' : 'some hold a value, or cannot be read'}`,
    ...formatTraces(proof.traces),
  ].join('\n')
}

/** One line an object, with all the places in it where a value is. */
function formatTraces(traces: Erased['proof']['traces']): string[] {
  const places = new Map<string, Set<string>>()
  for (const { key, where, column } of traces) {
    const place = column === undefined ? where : `${where} of ${column}`
    places.set(key, (places.get(key) ?? new Set()).add(place))
  }
  const lines = Array.from(places, ([key, where]) => `  ${[...where].join(', ')}: ${key}`)
  const more = lines.length - MAX_OBJECTS
  return more > 0 ? [...lines.slice(0, MAX_OBJECTS), `  and ${formatCount(more, 'object')} more`] : lines
}

function unproven({ proof }: Erased): DeltaError {
  const objects = new Set(proof.traces.map(({ key }) => key)).size
  return new DeltaError(
    'invalid-data',
    `the erasure is not proven: ${formatCount(objects, 'object')} still ${objects === 1 ? 'holds' : 'hold'} a value or cannot be read; where it is a part of a longer value that may stay, erase again with --proof, which names what must be nowhere; else see what writes there, delete it, and erase again`,
  )
}
