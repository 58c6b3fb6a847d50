import { z } from 'zod'
import { bodyOf, type FakeCall } from './call.ts'
import type { FakeMetastore } from './metastore.ts'
import { absent, invalid, noEndpoint, Refusal } from './refusal.ts'
import { parseSql, type Sql } from './sql.ts'
import { tableColumns } from './table-facts.ts'
import type { FakeTables } from './tables.ts'

const submission = z.strictObject({
  warehouse_id: z.string(),
  statement: z.string().max(16 * 1024 * 1024),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  wait_timeout: z.string().optional(),
  on_wait_timeout: z.enum(['CONTINUE', 'CANCEL']).optional(),
  format: z.string().optional(),
  disposition: z.string().optional(),
  parameters: z.array(z.looseObject({ name: z.string() })).optional(),
  row_limit: z.int().optional(),
  byte_limit: z.int().optional(),
  query_tags: z.array(z.looseObject({})).optional(),
})

type State = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED'

interface Statement {
  readonly id: string
  readonly text: string
  state: State
  /** How often it is still asked for before it is done. */
  looks: number
  failure?: Refusal
}

/** `/api/2.0/sql/statements`: what fails is told with 200. */
export class FakeStatements {
  /** The one warehouse there is. */
  readonly warehouseId = 'warehouse-1'
  /** How often a statement is said to be under way before it is done: 0 does it at once. */
  looksUntilDone = 0
  readonly #statements = new Map<string, Statement>()
  readonly #metastore: FakeMetastore
  readonly #tables: FakeTables

  constructor(metastore: FakeMetastore, tables: FakeTables) {
    this.#metastore = metastore
    this.#tables = tables
  }

  async answer(call: FakeCall): Promise<unknown> {
    const [id, part] = call.path
    if (id === undefined && call.method === 'POST') return this.#submit(bodyOf(call, submission))
    const statement = this.#statements.get(id ?? '')
    if (statement === undefined) throw new Refusal(404, 'NOT_FOUND', `The statement ${id} was not found.`)
    if (part === 'cancel' && call.method === 'POST') {
      if (isUnderWay(statement)) statement.state = 'CANCELED'
      return {}
    }
    if (part !== undefined || call.method !== 'GET') throw noEndpoint()
    await this.#look(statement)
    return told(statement)
  }

  /** `/api/2.0/sql/warehouses/<id>`. */
  warehouse(id: string): unknown {
    this.#checkWarehouse(id)
    return { id, name: 'Starter Warehouse', state: 'STOPPED', cluster_size: '2X-Small' }
  }

  #checkWarehouse(id: string): void {
    if (id !== this.warehouseId) throw new Refusal(404, 'NOT_FOUND', `Warehouse ${id} was not found.`)
  }

  async #submit(body: z.infer<typeof submission>): Promise<unknown> {
    const { warehouse_id, statement: text, wait_timeout = '10s', on_wait_timeout = 'CONTINUE' } = body
    const seconds = Number(/^(\d+)s$/.exec(wait_timeout)?.[1] ?? Number.NaN)
    if (!(seconds === 0 || (seconds >= 5 && seconds <= 50))) {
      throw invalid(`wait_timeout must be 0s, or from 5s to 50s: ${wait_timeout}`)
    }
    this.#checkWarehouse(warehouse_id)
    const id = this.#metastore.uuid()
    const looks = seconds === 0 ? Math.max(1, this.looksUntilDone) : this.looksUntilDone
    const statement: Statement = { id, text, state: 'PENDING', looks }
    this.#statements.set(id, statement)
    if (looks === 0) await this.#look(statement)
    else if (on_wait_timeout === 'CANCEL') statement.state = 'CANCELED'
    return told(statement)
  }

  async #look(statement: Statement): Promise<void> {
    if (!isUnderWay(statement)) return
    if (statement.looks-- > 1) {
      statement.state = 'RUNNING'
      return
    }
    try {
      await this.#run(statement.text)
      statement.state = 'SUCCEEDED'
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      statement.state = 'FAILED'
      statement.failure = error
    }
  }

  async #run(text: string): Promise<void> {
    const sql = parseSql(text)
    if (sql === undefined)
      throw new Refusal(400, 'PARSE_SYNTAX_ERROR', `Syntax error at or near '${text.slice(0, 20)}'.`)
    if (sql.verb === 'create') await this.#create(sql)
    if (sql.verb === 'repair') this.#tables.sync(sql.table, await tableColumns(this.#metastore, this.#found(sql.table)))
    if (sql.verb === 'drop' && !(sql.ifExists && this.#tables.find(sql.table) === undefined)) {
      this.#found(sql.table)
      this.#metastore.privileges.requireOwner({ type: 'table', name: sql.table })
      this.#tables.drop(sql.table)
    }
  }

  /** The columns of a table come from its log. */
  async #create({ table, location, ifNotExists }: Extract<Sql, { verb: 'create' }>): Promise<void> {
    if (this.#tables.find(table) !== undefined) {
      if (ifNotExists) return
      const message = `Cannot create table or view ${table} because it already exists.`
      throw new Refusal(400, 'TABLE_OR_VIEW_ALREADY_EXISTS', message)
    }
    this.#tables.register({ fullName: table, location })
    try {
      this.#tables.sync(table, await tableColumns(this.#metastore, location))
    } catch (error) {
      this.#tables.drop(table)
      throw error
    }
  }

  /** Where a table lies. */
  #found(fullName: string): string {
    const table = this.#tables.find(fullName)
    if (table === undefined) throw absent('TABLE', fullName)
    return table.storage_location
  }
}

function isUnderWay({ state }: Statement): boolean {
  return state === 'PENDING' || state === 'RUNNING'
}

function told({ id: statement_id, state, failure }: Statement): unknown {
  if (failure !== undefined) {
    const error = { error_code: 'BAD_REQUEST', message: `[${failure.errorCode}] ${failure.message}` }
    return { statement_id, status: { state, error, sql_state: '42000' } }
  }
  if (state !== 'SUCCEEDED') return { statement_id, status: { state } }
  const manifest = { format: 'JSON_ARRAY', schema: { column_count: 0, columns: [] }, total_row_count: 0 }
  return { statement_id, status: { state }, manifest, result: { data_array: [] } }
}
