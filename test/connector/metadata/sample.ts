import {
  columnLayout,
  type Field,
  parseRun,
  parseSchemaDescriptor,
  parseWorkflow,
} from '../../../src/connector/index.ts'
import type { RunFacts } from '../../../src/connector/metadata/facts.ts'
import type { MetadataSettings } from '../../../src/connector/metadata/pinned-table.ts'
import type { RunReport } from '../../../src/connector/report.ts'
import { simulatedRuntime } from '../../../src/runtime.ts'
import { memoryStore, type ObjectStore, prefixStore } from '../../../src/store/index.ts'

export interface RunSample {
  readonly workflowId?: string
  /** Tells the run, and when it finished: the `n`-th hour. */
  readonly n: number
  readonly schemaVersion?: number
  readonly rows?: number
  readonly fields?: readonly (Partial<Field> & { readonly name: string })[]
  readonly workflow?: object
  readonly run?: object
  readonly latest?: RunFacts['latest']
  readonly castFailures?: RunReport['castFailures']
  readonly publishedAt?: string
  readonly isBackfill?: boolean
  readonly money?: 'flat' | 'struct'
}

export function hour(n: number): string {
  return new Date(Date.UTC(2026, 0, 1, n)).toISOString().replace('.000Z', '.000000Z')
}

export function factsOf(sample: RunSample): RunFacts {
  const { workflowId = 'wf1', n, schemaVersion = 1, rows = 10, fields = [{ name: 'title' }] } = sample
  const descriptor = parseSchemaDescriptor({
    workflowId,
    fields: fields.map((field) => ({ dataType: 'STRING', ...field })),
  })
  return {
    workflow: parseWorkflow({ id: workflowId, name: `Workflow as of ${n}`, ...sample.workflow }),
    descriptor,
    layout: columnLayout(descriptor, { money: sample.money ?? 'struct' }),
    run: parseRun({
      workflowId,
      runId: `run-${String(n).padStart(6, '0')}`,
      state: 'FINISHED',
      finishedAt: hour(n),
      ...sample.run,
    }),
    schemaVersion,
    tableVersion: n,
    latest: sample.latest ?? null,
    report: { rows, castFailures: sample.castFailures ?? [] },
    bytes: rows * 100,
    isBackfill: sample.isBackfill ?? false,
    publishedAt: sample.publishedAt ?? hour(1000 + n),
  }
}

/** Tables in one store, of which what was written last is published with `publish`. */
export function metadataTables(store: ObjectStore = memoryStore({ runtime: simulatedRuntime() })) {
  const pins = new Map<string, number>()
  const settings: MetadataSettings = {
    place(table) {
      const inner = prefixStore(store, table)
      return { location: inner.location, store: inner, pin: pins.get(table) }
    },
    isPinned: true,
    runtime: simulatedRuntime(),
    warn: (message) => {
      throw new Error(message)
    },
  }
  return {
    settings,
    pins,
    publish(tables: readonly { readonly name: string; readonly version: number }[]): void {
      for (const { name, version } of tables) pins.set(name, version)
    },
  }
}
