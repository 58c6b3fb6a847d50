import { z } from 'zod'
import { idShape, parseInput, timeShape } from './input.ts'

/** Null says the same as absent: Kadoa's API answers with nulls. */
export const workflowShape = z.object({
  id: idShape,
  name: z.string(),
  description: z.string().nullish(),
  entity: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  url: z.string().nullish(),
  urls: z.array(z.string()).nullish(),
  schemaId: z.string().nullish(),
  templateId: z.string().nullish(),
  templateVersion: z.int().nullish(),
  /** `ACTIVE`, `PAUSED`, `DELETED` …; new states are taken as they come. */
  state: z.string().nullish(),
  createdAt: timeShape.nullish(),
  isRealTime: z.boolean().nullish(),
})

/** What is extracted again and again: a workflow of Kadoa, as its API describes it. */
export type Workflow = Readonly<z.infer<typeof workflowShape>>

/** @throws {DeltaError} `invalid-argument` naming each fault by its path. */
export function parseWorkflow(value: unknown): Workflow {
  return parseInput('the workflow', workflowShape, value)
}
