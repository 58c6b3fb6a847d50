import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { before, good, type Poison } from '../connector/poison/delivery.ts'
import { poison } from '../connector/poison/index.ts'
import { config, connectorPlace } from './connector-place.ts'

const { cwd, deltaquill, json, failed, file } = connectorPlace('poison')

/** Of each kind of file and of outcome one; all are replayed without a command line. */
const NAMES = [
  'JSON Lines that is cut off within a row',
  'JSON Lines in UTF-16',
  'JSON Lines that is a page of HTML',
  'a Parquet file that is cut off',
  'a run failed',
  'a clock that is set to 2099',
  "rows of another workflow's table",
  'nine of ten rows are gone',
  'text that was read in the wrong character set',
  'a column is gone from a Parquet file',
]

beforeAll(async () => {
  await deltaquill(['provision', '--config', file('acme.json', config('acme'))])
  await json('publish', ...(await filesOf('before', before)))
})

/** A delivery as files, and the arguments that name them. */
async function filesOf(name: string, { head, rows }: Pick<Poison, 'head' | 'rows'>): Promise<string[]> {
  if ('objects' in rows) throw new Error(`${name} is no file`)
  const path = `${name}.${'parquet' in rows ? 'parquet' : 'jsonl'}`
  writeFileSync(join(cwd, path), 'parquet' in rows ? await rows.parquet() : rows.jsonLines)
  return ['acme', '--run', file(`${name}.json`, head), '--rows', path]
}

/** Each is a run of its own, since they follow each other. */
function withRun(head: object, runId: string): object {
  const { run } = head as typeof good.head
  return { ...head, run: { ...run, runId } }
}

const share = (): string => readFileSync(join(cwd, 'root/sharing/shares/kadoa_acme.json'), 'utf8')

async function heldRuns(): Promise<string[]> {
  return (await json('status', 'acme')).runs.held.map(({ runId }: { runId: string }) => runId)
}

test.each(NAMES)('%s', async (name) => {
  const given = poison.find((each) => each.name === name)
  if (given === undefined) throw new Error(`no poison is called ${name}`)
  const { outcome, rows } = given
  const runId = `run-${NAMES.indexOf(name) + 2}`
  const then = share()
  const command = ['publish', ...(await filesOf(runId, { rows, head: withRun(given.head, runId) }))]
  if ('warned' in outcome) {
    const { exit, stderr } = await deltaquill(command)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringMatching(/^warning: /) })
    expect(JSON.parse(share()).generation).toBe(JSON.parse(then).generation + 1)
    return
  }
  const { exit, error } = await failed(...command)
  if ('refused' in outcome) {
    expect(error).toMatchObject({ code: outcome.refused, message: expect.stringContaining(outcome.because) })
    // What is wrong with its rows holds a run back; what is wrong with its run.json is refused before there is one.
    expect(await heldRuns()).toEqual(error.problems === undefined ? [] : [runId])
  } else if ('blocked' in outcome) {
    expect({ exit, blame: error.blame }).toEqual({ exit: 2, blame: 'kadoa' })
    expect(error.problems[0]).toMatchObject({ check: outcome.blocked, action: 'block', remedy: expect.any(String) })
    expect(await heldRuns()).toEqual([runId])
  }
  expect(share()).toBe(then)
  const mended = await filesOf('mended', { ...good, head: withRun(good.head, runId) })
  expect(await json('publish', ...mended)).toMatchObject({ outcome: 'published', rows: 10, warnings: [] })
  expect(await heldRuns()).toEqual([])
})
