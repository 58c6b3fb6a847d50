#!/usr/bin/env node
import { systemRuntime } from '../runtime.ts'
import { run } from './run.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Asked twice: whoever waits does not want to wait for tidying up.
    if (interruption.signal.aborted) process.exit(130)
    interruption.abort(signal)
  })
}

const { stdout, stderr, stdin, env } = process
run(process.argv.slice(2), {
  stdout,
  stderr,
  stdin,
  env,
  runtime: systemRuntime,
  cwd: process.cwd(),
  signal: interruption.signal,
}).then((code) => {
  process.exitCode = code
})
