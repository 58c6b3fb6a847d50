import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { systemRuntime } from '../../src/runtime.ts'

/** With what, on what and when a bench was run. */
export function describeRun(parameters: string): string {
  const [cpu, memory] = [cpus()[0]?.model.trim(), Math.round(totalmem() / 2 ** 30)]
  const day = new Date(systemRuntime.now()).toISOString().slice(0, 10)
  return `\`npm run bench -- ${parameters}\`, ${day}, Node ${process.version}, ${cpus().length} × ${cpu}, ${memory} GiB.\n`
}

/** The versions of the packages that take part. */
export function describePeers(packages: readonly string[]): string {
  return `Peers: ${packages.map((name) => `${name} ${versionOf(name)}`).join(', ')}.\n`
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
}
