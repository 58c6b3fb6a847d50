import {
  type Connector,
  connector,
  type Delivery,
  parseConnectorConfig,
  parseRun,
  parseSchemaDescriptor,
  parseWorkflow,
} from '../../src/connector/index.ts'
import { type Invitation, redeemActivation } from '../../src/manifest/index.ts'
import { type Runtime, simulatedRuntime } from '../../src/runtime.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { copyOf } from './killed-store.ts'
import { type Seen, type SeenVersion, seeAsRecipient, seeHistoryAsRecipient } from './recipient.ts'

export const CONNECTOR_ID = 'acme'

/** A connector that is provisioned, and what opens more handles on it. */
export interface World {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly warnings: string[]
  /** A handle of a process of its own; through another store, if one is given. */
  open(store?: ObjectStore): Connector
  /** What the recipient sees at this moment; through another store, if one is given. */
  see(store?: ObjectStore): Promise<Seen>
  /** The same world as it is now, in memory: what happens to one does not happen to the other. */
  copy(): Promise<World>
}

/** One whose share pins its tables, but may show their history. */
export interface PinnedWorld extends World {
  /** The versions that the recipient may read at this moment of tables that show their history. */
  seeHistory(): Promise<SeenVersion[]>
}

export async function provisioned(
  options: { readonly store?: ObjectStore; readonly config?: object; readonly runtime?: Runtime } = {},
): Promise<PinnedWorld> {
  const { runtime = simulatedRuntime({ start: Date.UTC(2026, 0, 10) }) } = options
  const store = options.store ?? memoryStore({ runtime })
  const { config } = parseConnectorConfig({
    connectorId: CONNECTOR_ID,
    teamId: 'team-1',
    recipient: { mode: 'token', contact: 'data@acme.example' },
    ...options.config,
  })
  const codes: string[] = []
  const deliver = async ({ activationCode }: Invitation): Promise<void> => void codes.push(activationCode)
  await connector({ id: CONNECTOR_ID, store, runtime, deliver }).provision(config)
  const { bearerToken } = await redeemActivation(store, { code: codes[0] ?? '' }, { runtime })
  return worldOn(store, runtime, bearerToken)
}

function worldOn(store: ObjectStore, runtime: Runtime, bearerToken: string): PinnedWorld {
  const warnings: string[] = []
  const onWarning = (message: string): unknown => warnings.push(message)
  return {
    store,
    runtime,
    warnings,
    open: (through = store) => connector({ id: CONNECTOR_ID, store: through, runtime, leaseTtl: 1000, onWarning }),
    see: (through = store) => seeAsRecipient({ store: through, runtime }, bearerToken),
    seeHistory: () => seeHistoryAsRecipient({ store, runtime }, bearerToken),
    copy: async () => worldOn(await copyOf(store, runtime), runtime, bearerToken),
  }
}

const FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'title', dataType: 'STRING' },
  { name: 'price', dataType: 'NUMBER' },
]

export interface Given {
  readonly workflowId?: string
  readonly runId: string
  /** Days after the first of January 2026. */
  readonly day: number
  readonly rows?: number | readonly object[]
  readonly fields?: readonly object[]
  readonly isBackfill?: boolean
  readonly events?: readonly object[]
}

/** A run as it is delivered: so many rows of a shop, unless other rows or fields are given. */
export function deliveryOf({
  workflowId = 'shop',
  runId,
  day,
  rows = 3,
  fields = FIELDS,
  isBackfill,
  events,
}: Given): Delivery {
  const made = Array.from({ length: typeof rows === 'number' ? rows : 0 }, (_, index) => ({
    sku: `${workflowId}-${index}`,
    title: `Title ${index} of ${runId}`,
    price: index + 0.5,
  }))
  return {
    workflow: parseWorkflow({ id: workflowId, name: `The ${workflowId}` }),
    schema: parseSchemaDescriptor({ workflowId, fields }),
    run: parseRun({
      workflowId,
      runId,
      state: 'FINISHED',
      startedAt: Date.UTC(2026, 0, day, 1),
      finishedAt: Date.UTC(2026, 0, day, 2),
    }),
    rows: typeof rows === 'number' ? made : rows,
    ...(isBackfill !== undefined && { isBackfill }),
    ...(events !== undefined && { events }),
  }
}
