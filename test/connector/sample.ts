import { parseRun, parseSchemaDescriptor, type Run, type SchemaDescriptor } from '../../src/connector/index.ts'

export type GivenField = { readonly name: string; readonly [key: string]: unknown }

export function descriptorOf(...fields: readonly GivenField[]): SchemaDescriptor {
  return parseSchemaDescriptor({ workflowId: 'wf1', fields })
}

export function fieldOf(name: string, dataType: string, more: object = {}): GivenField {
  return { name, dataType, ...more }
}

/** One field of every documented type, named after it in small letters. */
export const everyType = [
  'STRING',
  'NUMBER',
  'BOOLEAN',
  'DATE',
  'DATETIME',
  'MONEY',
  'IMAGE',
  'LINK',
  'OBJECT',
  'ARRAY',
].map((type) => fieldOf(type.toLowerCase(), type))

export const run: Run = parseRun({
  workflowId: 'wf1',
  runId: 'run-7',
  jobId: 'job-7',
  state: 'FINISHED',
  startedAt: '2026-01-02T03:04:05Z',
  finishedAt: Date.UTC(2026, 0, 2, 4),
})
