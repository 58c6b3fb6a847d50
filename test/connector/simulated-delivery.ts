import type { Delivery } from '../../src/connector/index.ts'
import { DeltaError } from '../../src/errors.ts'
import { deliveryOf } from './world.ts'

export interface RunName {
  readonly workflowId: string
  readonly runId: string
}

export interface SimulatedRun extends RunName {
  readonly day: number
  /** The keys of its rows, in their order, as one delivery or another brings them: the first as most do. */
  readonly versions: readonly (readonly string[])[]
  /** The events that come with it; some name the key of a row. */
  readonly events: readonly string[]
}

/** What a delivery brings of a run. */
interface Brought {
  readonly skus: readonly string[]
  readonly fields: readonly object[]
  /** Keys that the source has lost: whether a row is there is asked when it is read. */
  readonly lost: ReadonlySet<string>
}

export const skuOf = (workflowId: string, index: number): string => `${workflowId}-sku-${index}`

/** A run of so many rows, which comes with a row less now and then, or more, or with another. */
export function simulatedRun(workflowId: string, day: number, rows: number): SimulatedRun {
  const runId = `${workflowId}-${day}`
  const skus = Array.from({ length: rows }, (_, index) => skuOf(workflowId, index))
  const [fewer, other] = [skus.slice(0, -1), skuOf(workflowId, rows)]
  const versions = [skus, fewer, [...skus, other], [...fewer, other]]
  const events = [`done by ${runId}`, ...skus.slice(0, 2).map((sku) => `saw ${sku} by ${runId}`)]
  return { workflowId, runId, day, versions, events }
}

/** A delivery whose source has no keys any more that are lost when it is read. */
export function delivered({ workflowId, runId, day, events }: SimulatedRun, { skus, fields, lost }: Brought): Delivery {
  const rows = skus.map((sku, index) => ({ sku, title: `Title ${index} of ${runId}`, price: index + 0.5 }))
  const told = events.map((id) => ({
    id,
    title: 'FINISHED',
    dateTime: Date.UTC(2026, 0, day, 3),
    resource: { type: 'RUN', workflowId },
  }))
  return {
    ...deliveryOf({ workflowId, runId, day, fields }),
    rows: readAnew(rows, ({ sku }) => !lost.has(sku)),
    events: readAnew(told, ({ id }) => ![...lost].some((sku) => id.includes(sku))),
  }
}

function readAnew<T extends object>(values: readonly T[], isThere: (value: T) => boolean): Iterable<T> {
  return { [Symbol.iterator]: () => values.filter(isThere).values() }
}

/** In no delivery that passes: nobody is ever to see it. */
const SPOILT = { sku: 'spoilt', title: 'Spoilt', price: 0 }

/** The ways in which a delivery is not what it should be, so that it is held back. */
export const SPOILINGS: readonly ((delivery: Delivery) => Delivery)[] = [
  (delivery) => ({ ...delivery, rows: [SPOILT], run: { ...delivery.run, expectedRecords: 9 } }),
  (delivery) => ({ ...delivery, rows: [SPOILT, SPOILT] }),
  (delivery) => ({ ...delivery, rows: [SPOILT, ['no row']] }),
  (delivery) => ({ ...delivery, rows: cutOff }),
]

const cutOff: Iterable<object> = {
  *[Symbol.iterator]() {
    yield SPOILT
    throw new DeltaError('invalid-data', 'the file of the rows is cut off')
  },
}
