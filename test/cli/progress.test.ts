import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { progressOn } from '../../src/cli/progress.ts'
import { simulatedRuntime } from '../../src/runtime.ts'

function terminal(): PassThrough {
  return Object.assign(new PassThrough(), { isTTY: true })
}

test('a bar is drawn on a terminal, at most ten times a second, and wiped at the end', async () => {
  const stream = terminal()
  const runtime = simulatedRuntime()
  const progress = progressOn(stream, runtime)
  progress.show('reading a.csv', 0.5)
  progress.show('reading a.csv', 0.6)
  await runtime.sleep(100)
  progress.show('counting')
  progress.clear()
  const clean = '\r\u001b[K'
  const half = `${'█'.repeat(12)}${'░'.repeat(12)}  50 %`
  expect(String(stream.read())).toBe(`${clean}${half} reading a.csv${clean}counting${clean}`)
})

test('nothing is wiped where nothing was drawn', () => {
  const stream = terminal()
  progressOn(stream, simulatedRuntime()).clear()
  expect(stream.read()).toBeNull()
})

test('nothing is drawn into a file or a pipe', () => {
  const stream = new PassThrough()
  const progress = progressOn(stream, simulatedRuntime())
  progress.show('reading a.csv', 0.5)
  progress.clear()
  expect(stream.read()).toBeNull()
})
