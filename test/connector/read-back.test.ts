import { describe, expect, test } from 'vitest'
import { lineageNames } from '../../src/connector/lineage.ts'
import { checkRowsShown, checkRunShown, openAsRecipient, type Recipient } from '../../src/connector/read-back.ts'
import { objectStorePlane } from '../../src/manifest/index.ts'
import { deliveryOf, provisioned } from './world.ts'

const OPTIONS = { lineage: lineageNames({}), signal: undefined }
const ALL = { ...OPTIONS, isAlone: false }

/** A share that shows two runs of three rows in one table, and how its recipient reads it. */
async function twoRuns(): Promise<Recipient> {
  const { open, store, runtime } = await provisioned({ config: { activityLog: false } })
  for (const day of [1, 2]) await open().publish(deliveryOf({ runId: `r${day}`, day }))
  const plane = objectStorePlane(store, { runtime })
  const context = { id: 'acme', store, plane, runtime, leaseTtl: undefined, warn: () => {} }
  return openAsRecipient(context, await plane.loadShare('kadoa_acme'), 'kadoa')
}

describe('a candidate that is read back', () => {
  test('passes with each run as it was staged', async () => {
    const table = (await twoRuns()).table('WF_SHOP__V1')
    await checkRunShown(table, { runId: 'r1', rows: 3 }, ALL)
    await checkRowsShown(table, 6, OPTIONS)
  })

  test.each([
    ['fewer rows than a run has', { runId: 'r1', rows: 4 }, ALL, /3 of its 4 rows/],
    ['more rows than a run has', { runId: 'r1', rows: 2 }, ALL, /beyond its 2 rows/],
    ['rows of a run that was taken back', { runId: 'r1', rows: 0 }, ALL, /beyond its 0 rows/],
    ['rows of another run beside it', { runId: 'r1', rows: 3 }, { ...ALL, isAlone: true }, /rows of run r2 beside it/],
  ])('does not pass with %s', async (_, run, options, message) => {
    const table = (await twoRuns()).table('WF_SHOP__V1')
    const failure = { code: 'invalid-data', message: expect.stringMatching(message), details: { blame: 'storage' } }
    await expect(checkRunShown(table, run, options)).rejects.toMatchObject(failure)
  })

  test('does not pass with another number of rows', async () => {
    const table = (await twoRuns()).table('WF_SHOP__LATEST')
    await expect(checkRowsShown(table, 4, OPTIONS)).rejects.toMatchObject({ code: 'invalid-data' })
  })
})
