import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { inject } from 'vitest'
import { formatJson, type JsonValue, parseJson } from '../../src/json.ts'

/**
 * Runs `test/interop/<script>.py <call>` with `input` as JSON on its standard input; gives what it printed, parsed
 * exactly. How values travel is said in `frames.py`.
 */
export function python(script: string, call: string, input: JsonValue): Promise<JsonValue> {
  return new Promise((resolve, reject) => {
    const child = spawn(inject('python'), [join(import.meta.dirname, `${script}.py`), call])
    const out: Buffer[] = []
    const errors: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(parseJson(Buffer.concat(out).toString('utf8'), `the output of ${script}.py ${call}`))
      else reject(new Error(`${script}.py ${call} ended with ${code}:\n${Buffer.concat(errors).toString('utf8')}`))
    })
    child.stdin.end(formatJson(input))
  })
}
