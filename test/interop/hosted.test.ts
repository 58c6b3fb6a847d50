import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { formatLocation, parseLocation } from '../../src/store/index.ts'
import { FIELDS, linesOf, rowsOf, runOf } from '../cli/connector-place.ts'
import { pasted, signIn, workspaceOver } from '../cli/databricks-place.ts'
import { runCommand } from '../cli/run-command.ts'
import { frame } from './client-readings.ts'
import { type Place, places } from './place.ts'
import { python } from './python.ts'

const recipient = { mode: 'token', contact: 'data@acme.example', servedBy: 'databricks' }

describe.each(Object.entries(places))('a share of Databricks over tables in %s, in the official client', (_, open) => {
  const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-hosted-'))
  const profile = join(cwd, 'acme.share')
  let place: Place
  let workspace: Awaited<ReturnType<typeof workspaceOver>>

  async function deltaquill(...argv: string[]) {
    const env = { ...process.env, ...signIn(workspace.fake), DELTAQUILL_ROOT: place.location }
    const { exit, stdout, stderr } = await runCommand(['connector', ...argv, '--json'], { cwd, env })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    return JSON.parse(stdout)
  }

  async function publish(runId: string, day: number, fields: readonly object[], rows: readonly object[]) {
    writeFileSync(join(cwd, 'run.json'), JSON.stringify(runOf(runId, day, { schema: { workflowId: 'shop', fields } })))
    writeFileSync(join(cwd, 'rows.jsonl'), linesOf(rows))
    return deltaquill('publish', 'acme', '--run', 'run.json', '--rows', 'rows.jsonl')
  }

  /** What the client finds in columns of a table, row by row. */
  async function rowsOfTable(table: string, ...columns: string[]) {
    const readings = [{ table: `kadoa_acme.kadoa.${table}` }]
    const [found] = z
      .array(frame)
      .length(1)
      .parse(await python('shares', 'load_each', { profile, readings }))
    return found?.rows.map((row) => columns.map((name) => row[name])).sort()
  }

  beforeAll(async () => {
    place = await open()
    workspace = await workspaceOver(formatLocation(parseLocation(place.location)))
    writeFileSync(join(cwd, 'acme.json'), JSON.stringify(pasted('acme', { recipient })))
    const { activationUrl } = await deltaquill('provision', '--config', 'acme.json')
    const link = encodeURIComponent(activationUrl)
    const answer = await fetch(`${workspace.url}/api/2.1/unity-catalog/public/data_sharing_activation/${link}`)
    writeFileSync(profile, await answer.text())
  })
  afterAll(async () => {
    await workspace?.close()
    place?.close()
    rmSync(cwd, { recursive: true })
  })

  test('has the rows of a run, and tells of it', async () => {
    expect(await publish('run-1', 1, FIELDS, rowsOf(4))).toMatchObject({ outcome: 'published', rows: 4 })
    const prices = rowsOf(4).map(({ sku, price }) => [sku, price])
    expect(await rowsOfTable('wf_shop__v1', 'sku', 'price')).toEqual(prices)
    expect(await rowsOfTable('wf_shop__latest', 'sku', 'price')).toEqual(prices)
    expect(await rowsOfTable('workflow_runs', 'RUN_ID')).toEqual([['run-1']])
  })

  test('has other columns by the same name, from another place', async () => {
    const stocked = rowsOf(4).map((row) => ({ ...row, stock: 7 }))
    await publish('run-2', 2, [...FIELDS, { name: 'stock', dataType: 'NUMBER' }], stocked)
    expect(await rowsOfTable('wf_shop__latest', 'sku', 'stock')).toEqual(stocked.map(({ sku }) => [sku, 7]))
    expect(await rowsOfTable('wf_shop__v1', 'sku')).toHaveLength(4)
    expect(await deltaquill('verify', 'acme')).toMatchObject({ ok: true })
  })

  test('has nothing any more once its connector has ended', async () => {
    await deltaquill('deprovision', 'acme', '--purge')
    await expect(rowsOfTable('wf_shop__v1', 'sku')).rejects.toThrow()
    expect(workspace.fake.shares.shown()).toEqual([])
  })
})
