import { parseArgs } from 'node:util'
import { benchAppend } from './append.ts'
import { benchConnector } from './connector.ts'
import { writeIntoDocs } from './docs.ts'
import { benchLog } from './log.ts'
import { describeRun } from './machine.ts'
import { benchMemory } from './memory.ts'
import { benchParquet } from './parquet.ts'
import { benchRequests } from './requests.ts'
import { benchSharing } from './sharing.ts'
import { benchSharingMillion } from './sharing-million.ts'

/**
 * `npm run bench -- [requests|append|parquet|memory|log|sharing|sharing-million|connector] [numbers] [--write]`: prints medians and ratios in Markdown, and
 * with `--write` puts them into docs/benchmarks.md. Asserts nothing.
 */
const benches = {
  requests: benchRequests,
  append: benchAppend,
  parquet: benchParquet,
  memory: benchMemory,
  log: benchLog,
  sharing: benchSharing,
  'sharing-million': benchSharingMillion,
  connector: benchConnector,
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean' } } })
const [name, ...numbers] = positionals
const chosen = Object.entries(benches).filter(([each]) => name === undefined || each === name)
if (chosen.length === 0) {
  console.error(`there is no bench ${name}: choose ${Object.keys(benches).join(' or ')}`)
  process.exitCode = 2
}
for (const [each, bench] of chosen) {
  const texts = [describeRun([each, ...numbers].join(' '))]
  console.log(texts[0])
  for await (const text of bench(numbers.map(Number))) {
    console.log(text)
    texts.push(text)
  }
  if (values.write) await writeIntoDocs(each, texts.join('\n'))
}
