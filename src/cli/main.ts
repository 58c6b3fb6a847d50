#!/usr/bin/env node
import { setMaxListeners } from 'node:events'
import { systemRuntime } from '../runtime.ts'
import { run } from './run.ts'

const { stdout, stderr, stdin, env } = process

// What a dependency has to say about its own future is for developers, not for whoever runs a command.
process.removeAllListeners('warning')
if (env.DELTAQUILL_DEBUG) process.on('warning', (warning) => stderr.write(`${warning.stack ?? warning.message}\n`))

const interruption = new AbortController()
// Every request under way listens, and there may be many.
setMaxListeners(0, interruption.signal)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // Asked twice: whoever waits does not want to wait for tidying up.
    if (interruption.signal.aborted) process.exit(130)
    interruption.abort(signal)
  })
}

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
