import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openTable, type Row } from '../../src/index.ts'
import { type ComparableRow, comparableRow, inAnyOrder } from './sample.ts'
import { spark } from './spark/call.ts'
import { type Expected, featureCases } from './spark/expectations.ts'

const rowsFound = z.array(z.record(z.string(), z.unknown()))
const scripts = join(import.meta.dirname, 'spark/features')

test('every feature that Spark is asked for is expected to be read or refused', () => {
  const asked = readdirSync(scripts).map((file) => file.replace(/\.sql$/, ''))
  expect(featureCases.map(({ feature }) => feature)).toEqual(asked.toSorted())
})

describe.each(featureCases)(
  'a table that Spark made with $feature',
  ({ feature, sign, read, append, cleaned, given = {} }) => {
    let directory = ''
    let path = ''
    let versions: z.infer<typeof rowsFound>[] = []

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'deltaquill-feature-'))
      path = join(directory, 'table')
      versions = z.array(rowsFound).parse(await spark('make-feature', { feature, path }))
    })
    afterAll(() => rmSync(directory, { recursive: true, force: true }))

    test('has it', () => {
      expect(logOf(path)).toMatch(sign)
    })

    test(`is read: ${inWords(read)}`, async () => {
      if (read !== 'equal') return expectRefusal(rowsOf(path), read.refused)
      for (const [version, found] of versions.entries()) {
        expect(inAnyOrder(await rowsOf(path, version)), `version ${version}`).toEqual(inAnyOrder(found))
      }
    })

    if (cleaned !== undefined) {
      test(`is read from its checkpoint: ${inWords(cleaned)}`, async () => {
        const copy = join(directory, 'cleaned')
        cpSync(path, copy, { recursive: true })
        removeCommitsBeforeCheckpoint(copy)
        if (cleaned !== 'equal') return expectRefusal(rowsOf(copy), cleaned.refused)
        expect(inAnyOrder(await rowsOf(copy))).toEqual(inAnyOrder(versions.at(-1) ?? []))
      })
    }

    test(`is appended to: ${inWords(append)}`, async () => {
      if (append !== 'equal') return expectRefusal(appendCopyOfFirstRow(path), append.refused)
      const row = await appendCopyOfFirstRow(path, given)
      const found = z.record(z.string(), rowsFound).parse(await spark('read-table', { path }))
      const expected = inAnyOrder([...(versions.at(-1) ?? []), row])
      for (const [reader, rows] of Object.entries(found)) expect(inAnyOrder(rows), reader).toEqual(expected)
    })
  },
)

function inWords(expected: Expected): string {
  return expected === 'equal' ? 'equal' : `refused for ${expected.refused}`
}

async function expectRefusal(attempt: Promise<unknown>, feature: string): Promise<void> {
  await expect(attempt).rejects.toMatchObject({ code: 'unsupported', details: { feature } })
}

async function rowsOf(path: string, version?: number): Promise<ComparableRow[]> {
  const rows: ComparableRow[] = []
  for await (const row of (await openTable(path, { version })).read()) rows.push(comparableRow(row))
  return rows
}

/** Appends to a table what fits it for certain: a row that it has, but for the values that the table gives itself. */
async function appendCopyOfFirstRow(path: string, given: Row = {}): Promise<ComparableRow> {
  const table = await openTable(path)
  for await (const row of table.read({ limit: 1 })) {
    await table.append([Object.fromEntries(Object.entries(row).filter(([name]) => !(name in given)))])
    await table.settled()
    return comparableRow({ ...row, ...given })
  }
  throw new Error(`${path} has no row`)
}

/** The names of the log's files and what its commits say, a line each. */
function logOf(path: string): string {
  const log = join(path, '_delta_log')
  const files = readdirSync(log, { recursive: true, encoding: 'utf8' }).toSorted()
  const commits = files.filter((file) => /^\d{20}\.json$/.test(file))
  return [...files, ...commits.map((file) => readFileSync(join(log, file), 'utf8'))].join('\n')
}

function removeCommitsBeforeCheckpoint(path: string): void {
  const log = join(path, '_delta_log')
  const versionOf = (file: string) => Number(file.slice(0, 20))
  const files = readdirSync(log)
  const newest = Math.max(...files.filter((file) => /^\d{20}\.checkpoint\./.test(file)).map(versionOf))
  expect(newest).toBeGreaterThan(0)
  for (const file of files) {
    if (/^\d{20}\.(json|crc)$/.test(file) && versionOf(file) < newest) rmSync(join(log, file))
  }
}
