import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { poisonedRun, sampleRuns } from '../../src/cli/demo/sample.ts'
import { runCommand } from './run-command.ts'

const home = mkdtempSync(join(tmpdir(), 'deltaquill-demo-'))
afterAll(() => rmSync(home, { recursive: true }))

test('the sample has a value for every field of its schema, and a private key besides', () => {
  for (const { schema, rows } of [...sampleRuns(), poisonedRun()]) {
    const names = schema.fields.map((field) => field.name)
    for (const row of rows) expect(Object.keys(row)).toEqual([...names, '_page'])
  }
})

test('the demo reads back over HTTP what it published, and runs again on what it left', async () => {
  for (const found of [/laptops-tuesday: 12 rows in WF_LAPTOPS__V2\n/, /WF_LAPTOPS__V2, published before\n/]) {
    const { exit, stdout, stderr } = await runCommand(['demo', '--once', '--json'], { cwd: home })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringMatching(found) })
    expect(stderr).toContain('run laptops-wednesday: held back, what is shared stays: rows: expected at least 50 %')
    const table = (name: string, rows: number) => ({ name, rows })
    expect(JSON.parse(stdout)).toMatchObject({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/delta-sharing$/),
      root: './deltaquill-demo',
      profile: './deltaquill-demo/config.share',
      sharedTable: 'kadoa_demo.kadoa.WF_LAPTOPS__LATEST',
      held: { runId: 'laptops-wednesday', problems: [{ check: 'minRowRatio', action: 'block' }] },
      tables: [
        table('ACTIVITY_LOG', 3),
        table('WF_LAPTOPS__LATEST', 12),
        table('WF_LAPTOPS__V1', 12),
        table('WF_LAPTOPS__V2', 12),
        table('WF_OPENINGS__LATEST', 6),
        table('WF_OPENINGS__V1', 6),
        table('WORKFLOWS', 2),
        table('WORKFLOW_RUNS', 3),
        expect.objectContaining({ name: 'WORKFLOW_SCHEMA_FIELDS' }),
        table('WORKFLOW_SCHEMA_VERSIONS', 3),
      ],
    })
  }
  expect(statSync(join(home, 'deltaquill-demo/config.share')).mode & 0o777).toBe(0o600)
})

test('the demo touches no directory that is not its own, and none that was moved', async () => {
  const other = join(home, 'other')
  const { stdout } = await runCommand(['demo', '--once'], { cwd: home })
  expect(stdout).toContain('found the rows that were delivered')
  expect(stdout).toContain(
    "deltaquill shared read './deltaquill-demo/config.share#kadoa_demo.kadoa.WF_LAPTOPS__LATEST'",
  )
  writeFileSync(join(home, 'deltaquill-demo', 'thesis.doc'), '')
  const before = readdirSync(join(home, 'deltaquill-demo'), { recursive: true })
  expect(await runCommand(['demo', '--once'], { cwd: home })).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('it holds "thesis.doc"; run the demo in another directory'),
  })
  expect(readdirSync(join(home, 'deltaquill-demo'), { recursive: true })).toEqual(before)
  rmSync(join(home, 'deltaquill-demo', 'thesis.doc'))
  mkdirSync(other)
  renameSync(join(home, 'deltaquill-demo'), join(other, 'deltaquill-demo'))
  expect(await runCommand(['demo', '--once'], { cwd: other })).toMatchObject({
    exit: 4,
    stderr: expect.stringContaining('the demo was moved here'),
  })
})
