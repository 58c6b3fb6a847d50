import { describe, expect, test } from 'vitest'
import {
  type CheckProblem,
  checkRun,
  columnLayout,
  heldRun,
  parseConnectorConfig,
  parseDelivery,
  readRows,
  reportGatherer,
  rowCaster,
  type SchemaDescriptor,
} from '../../src/connector/index.ts'
import { good, NOW, type Poison, type PoisonRows, SECRET } from './poison/delivery.ts'
import { poison } from './poison/index.ts'

/** Everything of the trip of a run that can be said without a store. */
async function judge({ head, rows, checks = {} }: Omit<Poison, 'name' | 'outcome'>) {
  const { config } = parseConnectorConfig({
    connectorId: 'acme',
    teamId: 't',
    recipient: { mode: 'token', contact: 'x' },
    checks,
  })
  const { schema, run, isBackfill } = parseDelivery(head)
  const layout = columnLayout(schema, config)
  const cast = rowCaster(layout, run)
  const gatherer = reportGatherer(layout)
  const published: object[] = []
  for await (const given of await rowsOf(rows, schema)) {
    const row = cast(given, published.length)
    gatherer.row(row, given)
    published.push(row.row)
  }
  const report = gatherer.finish()
  const previous = { rows: good.count, finishedAt: parseDelivery(good.head).run.finishedAt }
  const problems = checkRun({ run, report, checks: config.checks, now: NOW, previous, isBackfill })
  return { report, published, problems, held: heldRun(run, problems), layout }
}

async function rowsOf(
  rows: PoisonRows,
  schema: SchemaDescriptor,
): Promise<AsyncIterable<unknown> | readonly unknown[]> {
  if ('objects' in rows) return rows.objects
  return readRows('parquet' in rows ? { parquet: await rows.parquet() } : rows, schema)
}

function byCheck(problems: readonly CheckProblem[], action: CheckProblem['action']): string[] {
  return problems.filter((problem) => problem.action === action).map(({ check }) => check)
}

test('the good delivery, from which each of the others differs in one thing, is published without a word', async () => {
  expect(await judge(good)).toMatchObject({ problems: [], held: undefined, report: { rows: good.count } })
})

describe('what is poisonous is never published silently:', () => {
  test.each(poison)('$name', async ({ outcome, ...given }) => {
    if ('refused' in outcome) {
      await expect(judge(given)).rejects.toMatchObject({
        code: outcome.refused,
        message: expect.stringContaining(outcome.because),
      })
      return
    }
    const { problems, held, published, report, layout } = await judge(given)
    expect(JSON.stringify({ problems, published, report })).not.toContain(SECRET)
    expect(problems.filter(({ message, remedy }) => message === '' || remedy === '')).toEqual([])
    if ('published' in outcome) {
      expect({ problems, rows: published.length }).toEqual({ problems: [], rows: outcome.published })
      expect(layout.schema.fields.map(({ name }) => name)).toEqual(expect.arrayContaining([...(outcome.columns ?? [])]))
    } else if ('blocked' in outcome) {
      expect(byCheck(problems, 'block')).toEqual([outcome.blocked])
      expect(held).toMatchObject({ code: 'invalid-argument', details: { blame: 'kadoa', problems } })
    } else {
      expect(byCheck(problems, 'warn')).toContain(outcome.warned)
      expect(held).toBeUndefined()
    }
  })

  test('these are all the ways that are known', () => {
    expect(new Set(poison.map(({ name }) => name)).size).toBe(poison.length)
    expect(poison.length).toBeGreaterThanOrEqual(40)
  })
})
