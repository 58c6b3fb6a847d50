import { benchAppend } from './append.ts'
import { benchMemory } from './memory.ts'
import { benchParquet } from './parquet.ts'
import { benchRequests } from './requests.ts'

/** `npm run bench [requests|append|parquet|memory] [-- rows runs]`: prints medians and ratios; asserts nothing. */
const benches = { requests: benchRequests, append: benchAppend, parquet: benchParquet, memory: benchMemory }

const [name, ...parameters] = process.argv.slice(2)
const chosen = Object.entries(benches).filter(([each]) => name === undefined || each === name)
if (chosen.length === 0) {
  console.error(`there is no bench ${name}: choose ${Object.keys(benches).join(' or ')}`)
  process.exitCode = 2
}
for (const [, bench] of chosen) await bench(parameters.map(Number))
