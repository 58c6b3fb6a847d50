import { z } from 'zod'
import { DeltaError } from '../errors.ts'
import { describeValue } from '../schema/index.ts'
import { columnLayout, type LayoutOptions } from './column-layout.ts'
import { parseInput } from './input.ts'
import { FINISHED, parseRun, type Run, runShape } from './run.ts'
import { parseSchemaDescriptor, type SchemaDescriptor, schemaDescriptorShape } from './schema-descriptor.ts'
import { parseWorkflow, type Workflow, workflowShape } from './workflow.ts'

/** A finished run with everything that is needed to publish it. */
export interface Delivery {
  readonly workflow: Workflow
  readonly schema: SchemaDescriptor
  readonly run: Run
  readonly rows: AsyncIterable<object> | Iterable<object>
  readonly events?: AsyncIterable<object> | Iterable<object>
  /** Whether it belongs to the history that is brought in later. */
  readonly isBackfill?: boolean
}

/** A delivery without what comes beside it, row by row. */
export type DeliveryHead = Omit<Delivery, 'rows' | 'events'>

/** `run.json`, which lies next to its rows. Keys that are not known are left aside: the API may send more. */
const deliveryShape = z
  .object({
    $schema: z.string().optional(),
    workflow: workflowShape,
    schema: schemaDescriptorShape,
    run: runShape,
    isBackfill: z.boolean().optional().describe('Whether it belongs to the history that is brought in later.'),
  })
  .meta({ title: 'A finished run of a workflow, beside its rows: deltaquill connector publish --run' })

const partsShape = z.object({
  workflow: z.unknown().optional(),
  schema: z.unknown().optional(),
  run: z.unknown().optional(),
  isBackfill: deliveryShape.shape.isBackfill,
})

/**
 * Takes what `run.json` holds.
 * @throws {DeltaError} `invalid-argument` naming each fault by its part and path, or the parts that do not belong
 * together.
 */
export function parseDelivery(value: unknown): DeliveryHead {
  const parts = parseInput('the delivery', partsShape, value)
  const workflow = parseWorkflow(parts.workflow)
  const schema = parseSchemaDescriptor(parts.schema)
  const run = parseRun(parts.run)
  checkTogether({ workflow, schema, run })
  return { workflow, schema, run, ...(parts.isBackfill === undefined ? {} : { isBackfill: parts.isBackfill }) }
}

/**
 * Holds the parts of a delivery to each other: rows must never come under the name or the columns of another workflow, or under
 * none.
 * @param options how the connector lays columns out: with `nested: 'typed'` shapes are columns too.
 * @throws {DeltaError} `invalid-argument`.
 */
export function checkTogether({ workflow, schema, run }: DeliveryHead, options: LayoutOptions = {}): void {
  for (const [part, found] of [
    ['schema', schema.workflowId],
    ['run', run.workflowId],
  ] as const) {
    if (found !== workflow.id) {
      throw apart(`${part}.workflowId: expected ${quoted(workflow.id)} as in workflow.id, found ${quoted(found)}`)
    }
  }
  const { columns, hash } = columnLayout(schema, options)
  if (columns.length === 0)
    throw notTaken('schema.fields: expected a field that is published, found none; give all fields of the workflow')
  if (run.schema && columnLayout(run.schema, options).hash !== hash) {
    throw apart('run.schema: expected the fields of schema, found others')
  }
  const [ofRun, ofSchema] = [run.schemaVersion ?? undefined, schema.version ?? undefined]
  if (ofRun !== undefined && ofSchema !== undefined && ofRun !== ofSchema) {
    throw apart(`run.schemaVersion: expected ${ofSchema} as in schema.version, found ${ofRun}`)
  }
}

/**
 * A delivery with its head as {@link parseDelivery} makes it, parsed before or as JSON came: private fields are marked by parsing
 * only, and times are compared in the one spelling that it gives them.
 * @throws {DeltaError} `invalid-argument`, as {@link parseDelivery}.
 */
export function takeDelivery(delivery: Delivery): Delivery {
  const given = { ...delivery }
  // A parsed run says no state any more: it is finished.
  return { ...given, ...parseDelivery({ ...given, run: { state: FINISHED, ...given.run } }) }
}

/** @throws {DeltaError} `invalid-argument` for rows that cannot be gone through, as where they were forgotten beside the head. */
export function checkRowsGiven({ rows }: { readonly rows: unknown }): void {
  const isGiven = typeof rows === 'object' && rows !== null
  if (isGiven && (Symbol.asyncIterator in rows || Symbol.iterator in rows)) return
  throw notTaken(
    `rows: expected objects to go through, found ${describeValue(rows)}; give those of the run, such as readRows(source, schema)`,
  )
}

/** `run.json` as JSON Schema (draft 2020-12), for editors and other tools. */
export function deliverySchema(): object {
  return z.toJSONSchema(deliveryShape, { io: 'input' })
}

function apart(problem: string): DeltaError {
  return notTaken(`${problem}; put together what belongs to one run`)
}

function notTaken(problem: string): DeltaError {
  return new DeltaError('invalid-argument', `the delivery cannot be taken: ${problem}`, { blame: 'kadoa' })
}

function quoted(id: string): string {
  return JSON.stringify(id.slice(0, 80))
}
