import { describe, expect, test } from 'vitest'
import type { Runtime } from '../../src/runtime.ts'
import { FakeDatabricks, NOW, unreachable } from '../fakes/unity-catalog/index.ts'
import { clientOf } from './client-of.ts'

const CREATE = "CREATE TABLE `kadoa_prod`.`s`.`t` USING DELTA LOCATION 's3://kadoa-share-acme/t'"

function withWarehouse(runtimeOf: (runtime: Runtime) => Runtime = (runtime) => runtime) {
  const fake = new FakeDatabricks()
  fake.namespaces.provideSchema('kadoa_prod.s')
  const { statements } = clientOf(fake, runtimeOf(fake.runtime))
  const { warehouseId } = fake.statements
  return {
    fake,
    run: (statement: string, signal?: AbortSignal) => statements.run({ warehouseId, statement }, { signal }),
  }
}

const canceled = (fake: FakeDatabricks): number => fake.calls.filter(({ path }) => path.endsWith('/cancel')).length

describe('a statement', () => {
  test('is run, and waited for until it is done', async () => {
    const { fake, run } = withWarehouse()
    fake.statements.looksUntilDone = 4
    await run(CREATE)
    expect(fake.tables.find('kadoa_prod.s.t')).toBeDefined()
    expect(fake.runtime.now() - NOW).toBe(1000 + 2000 + 3000 + 4000)
    expect(fake.calls[0]).toEqual({
      method: 'POST',
      path: '/api/2.0/sql/statements',
      body: { warehouse_id: 'warehouse-1', statement: CREATE, wait_timeout: '30s', on_wait_timeout: 'CONTINUE' },
    })
    expect(canceled(fake)).toBe(0)
  })

  test('that failed has failed, though the answer says 200', async () => {
    const { fake, run } = withWarehouse()
    await run(CREATE)
    await expect(run(CREATE)).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('TABLE_OR_VIEW_ALREADY_EXISTS'),
    })
    await expect(run('SELECT nonsense')).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(canceled(fake)).toBe(0)
  })

  test('is canceled when the caller aborts', async () => {
    const controller = new AbortController()
    const { fake, run } = withWarehouse((runtime) => ({
      ...runtime,
      sleep(milliseconds, signal) {
        controller.abort()
        return runtime.sleep(milliseconds, signal)
      },
    }))
    fake.statements.looksUntilDone = 4
    await expect(run(CREATE, controller.signal)).rejects.toMatchObject({ code: 'aborted' })
    expect(canceled(fake)).toBe(1)
    expect(fake.tables.find('kadoa_prod.s.t')).toBeUndefined()
  })

  test('is canceled when it does not end', async () => {
    const { fake, run } = withWarehouse()
    fake.statements.looksUntilDone = Number.POSITIVE_INFINITY
    await expect(run(CREATE)).rejects.toMatchObject({ code: 'unavailable', details: { blame: 'databricks' } })
    expect(fake.runtime.now() - NOW).toBeGreaterThanOrEqual(15 * 60_000)
    expect(canceled(fake)).toBe(1)
  })

  test('that cannot be canceled fails for the first reason', async () => {
    const { fake, run } = withWarehouse()
    fake.statements.looksUntilDone = 2
    fake.troubles.on(/^GET .api.2.0.sql/, { instead: new Response('', { status: 403 }) })
    fake.troubles.on(/cancel$/, unreachable)
    await expect(run(CREATE)).rejects.toMatchObject({ code: 'permission-denied' })
  })

  test('that somebody else canceled has not been made', async () => {
    const { fake, run } = withWarehouse()
    fake.troubles.push({ instead: Response.json({ statement_id: 'a', status: { state: 'CANCELED' } }) })
    await expect(run(CREATE)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('needs a warehouse that is there', async () => {
    const fake = new FakeDatabricks()
    const { statements } = clientOf(fake)
    await expect(statements.run({ warehouseId: 'none', statement: 'SELECT 1' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})
