import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { inject } from 'vitest'
import { formatJson, type JsonValue, parseJson } from '../../src/json.ts'

interface Worker {
  readonly process: ChildProcessWithoutNullStreams
  /** Whoever waits for an answer, in the order of their calls. */
  readonly waiting: { answer(line: string): void; fail(reason: Error): void }[]
}

let worker: Worker | undefined

/**
 * Asks Python for `call` of `test/interop/<script>.py` with `input`; gives the answer, parsed exactly. How values travel is
 * said in `frames.py`. Calls of a test file are answered one after the other, by one process that ends with it.
 */
export async function python(script: string, call: string, input: JsonValue): Promise<JsonValue> {
  worker ??= startWorker()
  const { process, waiting } = worker
  const line = await new Promise<string>((answer, fail) => {
    waiting.push({ answer, fail })
    process.stdin.write(`${formatJson({ script, name: call, input })}\n`)
  })
  const json = line.slice(line.indexOf(' ') + 1)
  if (line.startsWith('failed ')) throw new Error(`${script}.py could not ${call}:\n${JSON.parse(json)}`)
  return parseJson(json, `the answer of ${script}.py to ${call}`)
}

function startWorker(): Worker {
  const process = spawn(inject('python'), [join(import.meta.dirname, 'worker.py')])
  const started: Worker = { process, waiting: [] }
  const said: Buffer[] = []
  const end = (reason: Error): void => {
    if (worker === started) worker = undefined
    for (const { fail } of started.waiting.splice(0)) fail(reason)
  }
  createInterface(process.stdout).on('line', (line) => started.waiting.shift()?.answer(line))
  process.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  process.on('error', end)
  process.on('close', (code) => end(new Error(`Python ended with ${code}:\n${Buffer.concat(said).toString('utf8')}`)))
  return started
}
