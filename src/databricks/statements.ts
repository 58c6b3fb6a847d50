import { z } from 'zod'
import { DeltaError, foundOrNone, isDeltaError } from '../errors.ts'
import { statementError } from './error-answer.ts'
import type { Http } from './http.ts'
import { pathSegment } from './name.ts'
import { brokenAnswer, type CallOptions } from './transport.ts'

const answerShape = z.object({
  statement_id: z.string(),
  status: z.object({
    state: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'CLOSED']),
    error: z.object({ error_code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  }),
})

type Answer = z.infer<typeof answerShape>

/** A statement of SQL, and the warehouse that is to run it. */
export interface Statement {
  readonly warehouseId: string
  readonly statement: string
}

export interface Statements {
  /**
   * Runs a statement to its end, starting the warehouse if need be; what it answers is not fetched. It is canceled when
   * the caller aborts while it is waited for, or after a quarter of an hour.
   * @throws {DeltaError} what went wrong, as far as Databricks' condition tells: `already-exists`, `not-found`,
   * `permission-denied`, else `invalid-argument`; `unavailable` when it does not end.
   */
  run(statement: Statement, options?: CallOptions): Promise<void>
  /** A warehouse by its id, which is not started for that; undefined where there is none. */
  findWarehouse(id: string, options?: CallOptions): Promise<Warehouse | undefined>
}

const warehouseShape = z.object({ name: z.string() })

export type Warehouse = Readonly<z.infer<typeof warehouseShape>>

const PATH = '/api/2.0/sql/statements'
/** How long the server waits for the end before it answers. */
const FIRST_WAIT = '30s'
/** In milliseconds. A warehouse that must be started takes minutes. */
const PATIENCE = 15 * 60_000
const LONGEST_PAUSE = 10_000
const CANCEL_PATIENCE = 10_000

export function statements(http: Http): Statements {
  const { runtime } = http
  return {
    async run({ warehouseId, statement }, options = {}) {
      const what = `running ${JSON.stringify(statement.slice(0, 200))}`
      const deadline = runtime.now() + PATIENCE
      const submitted = await http.call(
        {
          what,
          method: 'POST',
          path: PATH,
          body: { warehouse_id: warehouseId, statement, wait_timeout: FIRST_WAIT, on_wait_timeout: 'CONTINUE' },
          answer: answerShape,
        },
        options,
      )
      const path = `${PATH}/${pathSegment('statement', submitted.statement_id)}`
      let answer = submitted
      try {
        for (let look = 1; isUnderWay(answer); look++) {
          if (runtime.now() >= deadline) throw neverEnds(what)
          await runtime.sleep(Math.min(look * 1000, LONGEST_PAUSE), options.signal)
          answer = await http.call({ what, method: 'GET', path, answer: answerShape }, options)
        }
      } catch (error) {
        await cancel(http, what, path)
        throw error
      }
      checkSucceeded(what, answer)
    },
    findWarehouse(id, options = {}) {
      const path = `/api/2.0/sql/warehouses/${pathSegment('warehouse', id)}`
      const what = `reading SQL warehouse ${id}`
      return foundOrNone(http.call({ what, method: 'GET', path, answer: warehouseShape }, options))
    },
  }
}

function isUnderWay({ status: { state } }: Answer): boolean {
  return state === 'PENDING' || state === 'RUNNING'
}

/** What fails is told with 200. */
function checkSucceeded(what: string, { status: { state, error } }: Answer): void {
  if (state === 'SUCCEEDED') return
  if (state === 'FAILED') {
    throw statementError(what, { errorCode: error?.error_code ?? '', message: error?.message ?? '' })
  }
  if (state === 'CANCELED') {
    throw new DeltaError('conflict', `${what} failed: somebody canceled it in Databricks`)
  }
  throw brokenAnswer(what, `a statement that was waited for is ${state}`)
}

function neverEnds(what: string): DeltaError {
  return new DeltaError(
    'unavailable',
    `${what} failed: it has not ended after ${PATIENCE / 60_000} minutes; look whether the warehouse starts`,
    { blame: 'databricks' },
  )
}

/** The caller hears why it is canceled, not whether that came to anything: by then it may have ended. */
async function cancel(http: Http, what: string, path: string): Promise<void> {
  const patience = new AbortController()
  const stopWaiting = http.runtime.alarm(CANCEL_PATIENCE, () => patience.abort())
  try {
    await http.call(
      { what: `canceling: ${what}`, method: 'POST', path: `${path}/cancel`, answer: z.looseObject({}) },
      { signal: patience.signal },
    )
  } catch (error) {
    if (!isDeltaError(error)) throw error
  } finally {
    stopWaiting()
  }
}
