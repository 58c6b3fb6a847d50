import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { type CommandOptions, type Finished, runCommand } from './run-command.ts'

/** A directory in which connectors are run until the tests of a file end: their root, and a first run with four rows. */
export function connectorPlace(name: string) {
  const cwd = mkdtempSync(join(tmpdir(), `deltaquill-${name}-`))
  afterAll(() => rmSync(cwd, { recursive: true }))
  // Of this place alone: tests may say more in it.
  const env: Record<string, string> = { DELTAQUILL_ROOT: './root' }
  const deltaquill = (argv: readonly string[], options: CommandOptions = {}): Promise<Finished> =>
    runCommand(['connector', ...argv], { cwd, env, ...options })
  const json = async (...argv: string[]) => JSON.parse((await deltaquill([...argv, '--json'])).stdout)
  const failed = async (...argv: string[]) => {
    const { exit, stderr } = await deltaquill([...argv, '--json'])
    return { exit, error: JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '').error }
  }
  const file = (path: string, content: object | string): string => {
    writeFileSync(join(cwd, path), typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  file('rows.jsonl', linesOf(rowsOf(4)))
  file('first.json', runOf('run-1', 1))
  return { cwd, env, deltaquill, json, failed, file }
}

export const config = (connectorId: string, more: object = {}) => ({
  connectorId,
  teamId: 'team-1',
  recipient: { mode: 'token', contact: 'data@acme.example' },
  ...more,
})

export const FIELDS = [
  { name: 'sku', dataType: 'STRING', isKey: true },
  { name: 'price', dataType: 'NUMBER' },
]

export const runOf = (runId: string, day: number, more: object = {}) => ({
  workflow: { id: 'shop', name: 'The shop' },
  schema: { workflowId: 'shop', fields: FIELDS },
  run: { workflowId: 'shop', runId, state: 'FINISHED', finishedAt: Date.UTC(2026, 0, day) },
  ...more,
})

export const rowsOf = (count: number): { sku: string; price: number }[] =>
  Array.from({ length: count }, (_, index) => ({ sku: `A${index}`, price: index + 0.5 }))

export const linesOf = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
