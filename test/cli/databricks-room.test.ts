import { expect, test } from 'vitest'
import { linesOf, rowsOf, runOf } from './connector-place.ts'
import { databricksPlace, pasted } from './databricks-place.ts'

const { deltaquill, json, file } = databricksPlace('room')

test('a share may show as many tables as the configuration says that Databricks allows, and no more', async () => {
  const configured = (tablesPerShare: number) =>
    file('acme.json', pasted('acme', { activityLog: false, databricks: { tablesPerShare } }))
  await json('provision', '--config', configured(5))
  const given = ['--run', file('run.json', runOf('run-1', 1)), '--rows', file('run.jsonl', linesOf(rowsOf(2)))]
  const { exit, stderr } = await deltaquill(['publish', 'acme', ...given])
  expect([exit, stderr]).toEqual([6, expect.stringMatching(/Databricks allows 5 in a share; .* by tablesPerShare/)])
  await json('update', 'acme', '--config', configured(6))
  expect((await deltaquill(['publish', 'acme', ...given])).exit).toBe(0)
  expect(await json('status', 'acme')).toMatchObject({
    limits: expect.arrayContaining([expect.objectContaining({ limit: 'tables', used: 6, allowed: 6, isNear: true })]),
  })
})
