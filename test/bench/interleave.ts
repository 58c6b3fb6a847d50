import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sample } from './sample.ts'

/** Something that is measured: a script beside this one, run by a Node. */
export interface Candidate {
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly node: string
}

/**
 * Runs every candidate in a fresh process, in turn, so many rounds. Every other round goes backwards, so that none always
 * follows the one that heats the machine most.
 * @returns the samples of each, one a round.
 */
export async function interleave(
  candidates: readonly Candidate[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map<string, Sample[]>(candidates.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const candidate of round % 2 === 0 ? candidates : candidates.toReversed()) {
      samples.get(candidate.name)?.push(await runOnce(candidate))
    }
  }
  return samples
}

async function runOnce({ node, script, name, args }: Candidate): Promise<Sample> {
  const path = join(import.meta.dirname, `${script}.js`)
  const flags = ['--max-old-space-size=4096', '--expose-gc']
  const { stdout } = await promisify(execFile)(node, [...flags, path, name, ...args])
  return JSON.parse(stdout)
}
