// Every door of the installed package by `require`, and what it gives.
const { exports: doors } = require('deltaquill/package.json')

const given = {}
for (const door of Object.keys(doors)) {
  if (!door.endsWith('.json')) given[door] = Object.keys(require(door.replace('.', 'deltaquill'))).sort()
}
console.log(JSON.stringify(given))
