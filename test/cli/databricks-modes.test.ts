import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTable } from '../../src/table/index.ts'
import { FIELDS, linesOf, rowsOf, runOf } from './connector-place.ts'
import { databricksPlace, pasted } from './databricks-place.ts'
import { runCommand } from './run-command.ts'

const { cwd, deltaquill, json, file, workspace } = databricksPlace('modes')

const WIDER = [...FIELDS, { name: 'stock', dataType: 'NUMBER' }]
const SKU = 'sku-to-be-erased'

/** A run whose rows have as many columns as its fields; its first row is one to be erased. */
function publish(id: string, run: number, fields: typeof FIELDS) {
  const more = fields === WIDER ? { stock: run } : {}
  const rows = rowsOf(run + 2).map((row, index) => ({ ...row, ...more, ...(index === 0 && { sku: SKU }) }))
  const head = runOf(`run-${run}`, run, { schema: { workflowId: 'shop', fields } })
  const given = [file('run.json', head), file('run.jsonl', linesOf(rows))] as const
  return deltaquill(['publish', id, '--run', given[0], '--rows', given[1]])
}

const shareOf = (id: string): string => `kadoa_${id.replaceAll('-', '_')}`

const objectsOf = (share: string) =>
  workspace()
    .shares.shown()
    .flatMap(({ name, objects }) => (name === share ? objects : []))

/** Where a share shows the latest table. */
const latestOf = (share: string) =>
  objectsOf(share).find(({ shared_as }) => shared_as.toUpperCase() === 'KADOA.WF_SHOP__LATEST')?.location

/** Of each table, the columns that Unity Catalog knows, and those that it has. */
async function columnsOf(share: string) {
  const known: Record<string, string[]> = {}
  const real: Record<string, string[]> = {}
  for (const { name, shared_as, location } of objectsOf(share)) {
    known[shared_as] = (workspace().tables.find(name)?.columns ?? []).map((column) => column.name)
    real[shared_as] = (await openTable(location)).info().schema.fields.map((field) => field.name)
  }
  return { known, real }
}

/** What a recipient reads of the latest table, by its profile. */
async function readLatest(profile: string, share: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await runCommand(['shared', 'read', `${profile}#${share}.kadoa.wf_shop__latest`], { cwd })
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

async function expectSound(id: string): Promise<void> {
  const { known, real } = await columnsOf(shareOf(id))
  expect(Object.keys(known)).not.toEqual([])
  expect(known).toEqual(real)
  const { exit, stdout } = await deltaquill(['verify', id])
  expect({ exit, failed: stdout.split('\n').filter((line) => line.startsWith('failed')) }).toEqual({
    exit: 0,
    failed: [],
  })
}

// Other columns in place take a warehouse, on which tables are registered then too, whatever is said.
describe.each([
  ['sql', 'alias-swap'],
  ['rest', 'in-place'],
])('registration %s, latest %s', (registration, latest) => {
  const id = `${registration}-${latest}`
  const share = shareOf(id)
  const profile = `${id}.share`

  beforeAll(async () => {
    const { warehouseId } = workspace().statements
    const recipient = { mode: 'token', contact: 'data@acme.example', servedBy: 'databricks' }
    // Nothing of this is taken where SQL registers.
    workspace().metastore.externalAccessEnabled = false
    workspace().metastore.privileges.revoke({ type: 'catalog', name: 'kadoa_prod' }, ['EXTERNAL_USE_SCHEMA'])
    workspace().metastore.privileges.revoke({ type: 'external_location', name: 'kadoa' }, ['EXTERNAL_USE_LOCATION'])
    const config = pasted(id, { recipient, databricks: { registration, latest, warehouseId } })
    const { activationUrl } = await json('provision', '--config', file(`${id}.json`, config))
    const path = `public/data_sharing_activation/${encodeURIComponent(activationUrl)}`
    file(profile, await (await fetch(`${workspace().url}/api/2.1/unity-catalog/${path}`)).text())
  })

  test('publishes run after run, and takes other columns', async () => {
    expect(await publish(id, 1, FIELDS)).toMatchObject({ exit: 0, stderr: '' })
    const first = latestOf(share)
    expect(await publish(id, 2, FIELDS)).toMatchObject({ exit: 0, stderr: '' })
    expect(latestOf(share)).toBe(first)
    await expectSound(id)
    expect(await publish(id, 3, WIDER)).toMatchObject({ exit: 0, stderr: '' })
    expect(latestOf(share) === first).toBe(latest === 'in-place')
    await expectSound(id)
    expect(await readLatest(profile, share)).toContainEqual(expect.objectContaining({ sku: 'A1', stock: 3 }))
  })

  test('follows its configuration, takes a run back, and erases', async () => {
    const { stdout } = await deltaquill(['status', id])
    expect(stdout).toContain('WF_SHOP')
    const recipient = { mode: 'token', contact: 'data@acme.example', servedBy: 'databricks' }
    const { warehouseId } = workspace().statements
    const moved = pasted(id, { recipient, workflows: ['jobs'], databricks: { registration, latest, warehouseId } })
    expect((await json('update', id, '--config', file('moved.json', moved))).removed).toContain('WF_SHOP__LATEST')
    expect((await json('update', id, '--config', `${id}.json`)).added).toContain('WF_SHOP__LATEST')
    await expectSound(id)
    expect(await json('retract', id, '--workflow', 'shop', '--run', 'run-3')).toMatchObject({ latestRunId: 'run-2' })
    await expectSound(id)
    const rows = await readLatest(profile, share)
    expect(rows.map(({ KADOA_RUN_ID }) => KADOA_RUN_ID)).toEqual(Array(4).fill('run-2'))
    expect(rows[0]).not.toHaveProperty('stock')
    expect((await deltaquill(['erase', id, '--workflow', 'shop', '--key', JSON.stringify({ sku: SKU })])).exit).toBe(0)
    await expectSound(id)
    expect((await readLatest(profile, share)).map(({ sku }) => sku)).toEqual(['A1', 'A2', 'A3'])
  })

  test('goes on, is put right, has its token rotated, and ends without a trace', async () => {
    expect(await publish(id, 4, WIDER)).toMatchObject({ exit: 0, stderr: '' })
    expect(await deltaquill(['reconcile', id])).toMatchObject({ exit: 0, stderr: '' })
    expect(await deltaquill(['maintain', id])).toMatchObject({ exit: 0, stderr: '' })
    await expectSound(id)
    expect((await json('rotate', id, '--overlap', '1h')).activationUrl).toContain(workspace().url)
    expect(await readLatest(profile, share)).toHaveLength(6)
    expect(await json('deprovision', id, '--purge')).toMatchObject({ phase: 'ended', purged: true })
    expect(objectsOf(share)).toEqual([])
    expect(workspace().tables.inSchema(`kadoa_prod.${share}`)).toEqual([])
    const left = readdirSync(join(cwd, 'root/tables'), { recursive: true, withFileTypes: true })
    expect(left.filter((each) => each.isFile())).toEqual([])
  })
})
