import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Python interpreter that has every package of requirements.txt. */
    python: string
  }
}

/** Makes the peers ready once for all tests; a missing peer is a failure, never a skipped test. */
export function setup(project: TestProject): void {
  const python = execFileSync(join(import.meta.dirname, 'setup'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim()
  execFileSync(python, [join(import.meta.dirname, 'versions.py')], { stdio: ['ignore', 'inherit', 'inherit'] })
  project.provide('python', python)
}
