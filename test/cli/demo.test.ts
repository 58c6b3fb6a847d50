import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sampleRows, sampleSchema } from '../../src/cli/demo/sample.ts'
import { runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-demo-'))
afterAll(() => rmSync(cwd, { recursive: true }))

test('the sample has a value of its type in every column', () => {
  const rows = sampleRows()
  expect(rows).toHaveLength(120)
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(sampleSchema.fields.map((field) => field.name))
    expect(row).toMatchObject({ date: expect.stringMatching(/^2012-0[1-4]-\d\d$/), weather: expect.any(String) })
    expect([row.precipitation, row.temp_max, row.temp_min, row.wind].every(Number.isFinite)).toBe(true)
  }
})

test('the demo reads back over HTTP what it published, and runs again on what it left', async () => {
  for (const found of ['wrote the sample', 'found the table of an earlier run']) {
    const { exit, stdout, stderr } = await runCommand(['demo', '--once', '--json'], { cwd })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining(found) })
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 120,
      profile: './deltaquill-demo/config.share',
      sharedTable: 'demo.weather.seattle',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/delta-sharing$/),
    })
  }
})

test('the demo touches no directory that is not its own', async () => {
  const other = mkdtempSync(join(tmpdir(), 'deltaquill-demo-'))
  try {
    await runCommand(['demo', '--once'], { cwd: other })
    writeFileSync(join(other, 'deltaquill-demo', 'thesis.doc'), '')
    const before = readdirSync(join(other, 'deltaquill-demo'), { recursive: true })
    expect(await runCommand(['demo', '--once'], { cwd: other })).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('it holds "thesis.doc"; run the demo in another directory'),
    })
    expect(readdirSync(join(other, 'deltaquill-demo'), { recursive: true })).toEqual(before)
  } finally {
    rmSync(other, { recursive: true })
  }
})
