import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface SparkDriver {
  /** Where it takes calls. The first starts the session, which takes some seconds: a run that asks nothing pays nothing. */
  readonly url: string
  stop(): Promise<void>
}

/** Starts `server.py`, which holds the one Spark session of a run. */
export async function startSpark(python: string): Promise<SparkDriver> {
  const modules = join(import.meta.dirname, '..')
  const child = spawn(python, [join(import.meta.dirname, 'server.py')], {
    env: { ...process.env, PYTHONPATH: modules },
  })
  const errors: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const ended = once(child, 'close')
  const port = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(([code]) =>
      Promise.reject(new Error(`Spark ended with ${code}:\n${Buffer.concat(errors).toString('utf8')}`)),
    ),
  ])
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}
