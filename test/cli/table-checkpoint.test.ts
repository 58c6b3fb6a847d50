import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const cwd = mkdtempSync(join(tmpdir(), 'deltaquill-checkpoint-'))
afterAll(() => rmSync(cwd, { recursive: true }))

async function write(table: string, ...options: string[]): Promise<void> {
  const stdin = '{"a":1}'
  await runCommand(['table', 'write', table, '--from', '-', '--format', 'jsonl', ...options], { cwd, stdin })
}

test('a checkpoint is written when it is asked for, and told as JSON', async () => {
  await write('./asked')
  const { exit, stdout } = await runCommand(['table', 'checkpoint', './asked', '--json'], { cwd })
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ version: 0, kind: 'classic', files: 1, bytes: expect.any(Number) })
  expect(readdirSync(join(cwd, 'asked/_delta_log'))).toEqual(
    expect.arrayContaining(['00000000000000000000.checkpoint.parquet', '_last_checkpoint']),
  )
})

test('and told to people in one line', async () => {
  await write('./people')
  const { stdout } = await runCommand(['table', 'checkpoint', './people'], { cwd })
  expect(stdout).toMatch(/^checkpoint of version 0: 1 file in [\d.]+ k?B, classic\n$/)
})

test('a write ends when its checksum and its checkpoint are there', async () => {
  await write('./kept', '--property', 'delta.checkpointInterval=1')
  await write('./kept', '--mode', 'append')
  expect(readdirSync(join(cwd, 'kept/_delta_log')).sort()).toEqual([
    '00000000000000000000.crc',
    '00000000000000000000.json',
    '00000000000000000001.checkpoint.parquet',
    '00000000000000000001.crc',
    '00000000000000000001.json',
    '_last_checkpoint',
  ])
})

test('a table that is not there has no checkpoint', async () => {
  const { exit, stderr } = await runCommand(['table', 'checkpoint', './nowhere'], { cwd })
  expect({ exit, stderr }).toMatchObject({ exit: 4, stderr: expect.stringMatching(/is no Delta table/) })
})
