// Every door of the installed package by `import`, and what it gives.
import { createRequire } from 'node:module'

const { exports } = createRequire(import.meta.url)('deltaquill/package.json')
const given = {}
for (const door of Object.keys(exports)) {
  if (!door.endsWith('.json')) given[door] = Object.keys(await import(door.replace('.', 'deltaquill'))).sort()
}
console.log(JSON.stringify(given))
