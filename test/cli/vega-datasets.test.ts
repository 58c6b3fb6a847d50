import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

const DATA = join(import.meta.dirname, '../../node_modules/vega-datasets/data')

/** Loads as it is, or with `--rename-columns` where Delta forbids a name: rows and columns of the table. */
type Loads = { readonly rows: number; readonly columns: number; readonly renamed?: true }
/** Is no flat table: the code, and the reason a person gets. */
type Refused = { readonly code: string; readonly reason: string }

const TOPO_JSON: Refused = { code: 'unsupported', reason: 'it is TopoJSON; turn it into GeoJSON' }
const PICTURE: Refused = { code: 'invalid-argument', reason: 'expected an extension among .json, .jsonl,' }

const EXPECTED: Readonly<Record<string, Loads | Refused>> = {
  '7zip.png': PICTURE,
  'airports.csv': { rows: 3376, columns: 7 },
  'annual-precip.json': {
    code: 'unsupported',
    reason: 'it holds "scale": an array of 2, "translate": an array of 2, "values": an array of 60480',
  },
  'anscombe.json': { rows: 44, columns: 3 },
  'barley.json': { rows: 120, columns: 4 },
  'birdstrikes.csv': { rows: 10_000, columns: 14, renamed: true },
  'budget.json': { rows: 237, columns: 72, renamed: true },
  'budgets.json': { rows: 230, columns: 3 },
  'burtin.json': { rows: 16, columns: 6 },
  'cars.json': { rows: 406, columns: 9 },
  'co2-concentration.csv': { rows: 741, columns: 3, renamed: true },
  'countries.json': { rows: 620, columns: 9 },
  'crimea.json': { rows: 24, columns: 5 },
  'disasters.csv': { rows: 803, columns: 3 },
  'driving.json': { rows: 55, columns: 4 },
  'earthquakes.json': { code: 'unsupported', reason: 'it is GeoJSON; take the attributes out first' },
  'ffox.png': PICTURE,
  'flare-dependencies.json': { rows: 764, columns: 2 },
  'flare.json': { rows: 252, columns: 4 },
  'flights-10k.json': { rows: 10_000, columns: 5 },
  'flights-200k.arrow': { rows: 200_000, columns: 3 },
  'flights-200k.json': { rows: 200_000, columns: 3 },
  'flights-20k.json': { rows: 20_000, columns: 5 },
  'flights-2k.json': { rows: 2000, columns: 5 },
  'flights-3m.parquet': { rows: 3_000_000, columns: 5 },
  'flights-5k.json': { rows: 5000, columns: 5 },
  'flights-airport.csv': { rows: 5366, columns: 3 },
  'football.json': { rows: 6508, columns: 6 },
  'gapminder-health-income.csv': { rows: 187, columns: 5 },
  'gapminder.json': { rows: 682, columns: 6 },
  'gimp.png': PICTURE,
  'github.csv': { rows: 955, columns: 2 },
  'global-temp.csv': { rows: 144, columns: 2 },
  'income.json': { rows: 520, columns: 6 },
  'iowa-electricity.csv': { rows: 51, columns: 3 },
  'jobs.json': { rows: 7650, columns: 5 },
  'la-riots.csv': { rows: 63, columns: 11 },
  'londonBoroughs.json': TOPO_JSON,
  'londonCentroids.json': { rows: 33, columns: 3 },
  'londonTubeLines.json': TOPO_JSON,
  'lookup_groups.csv': { rows: 9, columns: 2 },
  'lookup_people.csv': { rows: 9, columns: 3 },
  'miserables.json': { code: 'unsupported', reason: "take the rows out first: jq '.nodes' FILE" },
  'monarchs.json': { rows: 12, columns: 5 },
  'movies.json': { rows: 3201, columns: 16, renamed: true },
  'normal-2d.json': { rows: 500, columns: 2 },
  'obesity.json': { rows: 50, columns: 3 },
  'ohlc.json': { rows: 44, columns: 7 },
  'penguins.json': { rows: 344, columns: 7, renamed: true },
  'platformer-terrain.json': { rows: 7514, columns: 8 },
  'political-contributions.json': { rows: 58, columns: 25 },
  'population.json': { rows: 570, columns: 4 },
  'population_engineers_hurricanes.csv': { rows: 52, columns: 5 },
  'seattle-weather-hourly-normals.csv': { rows: 8759, columns: 4 },
  'seattle-weather.csv': { rows: 1461, columns: 6 },
  'sp500-2000.csv': { rows: 5105, columns: 7 },
  'sp500.csv': { rows: 123, columns: 2 },
  'species.csv': { rows: 12_360, columns: 6 },
  'stocks.csv': { rows: 560, columns: 3 },
  'udistrict.json': { rows: 182, columns: 2 },
  'unemployment-across-industries.json': { rows: 1708, columns: 6 },
  'unemployment.tsv': { rows: 3218, columns: 2 },
  'uniform-2d.json': { rows: 500, columns: 2 },
  'us-10m.json': TOPO_JSON,
  'us-employment.csv': { rows: 120, columns: 24 },
  'us-state-capitals.json': { rows: 50, columns: 4 },
  'volcano.json': { code: 'unsupported', reason: 'it holds "values": an array of 5307' },
  'weather.csv': { rows: 2922, columns: 7 },
  'weekly-weather.json': { rows: 10, columns: 6 },
  'wheat.json': { rows: 52, columns: 3 },
  'windvectors.csv': { rows: 4800, columns: 5 },
  'world-110m.json': TOPO_JSON,
  'zipcodes.csv': { rows: 42_049, columns: 6 },
}

test('every file of the package has an expectation', () => {
  expect(readdirSync(DATA).sort()).toEqual(Object.keys(EXPECTED).sort())
})

describe('real files load, or are refused with a reason that a person can act on:', () => {
  test.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const table = `memory://vega-datasets/${name}`
    const write = ['table', 'write', table, '--from', name, '--json']
    const plain = await runCommand(write, { cwd: DATA })
    if ('code' in expected) {
      expect(lastLine(plain.stderr)).toMatchObject({
        error: { code: expected.code, message: expect.stringContaining(expected.reason) },
      })
      return
    }
    if (expected.renamed) {
      expect(plain.exit).toBe(2)
      expect(plain.stderr).toContain('--rename-columns')
      expect(await runCommand([...write, '--rename-columns'], { cwd: DATA })).toMatchObject({ exit: 0 })
    } else expect(plain).toMatchObject({ exit: 0 })
    const info = JSON.parse((await runCommand(['table', 'info', table, '--json'])).stdout)
    expect({ rows: info.rows, columns: info.schema.fields.length }).toEqual({
      rows: expected.rows,
      columns: expected.columns,
    })
  })
})

function lastLine(text: string): unknown {
  return JSON.parse(text.trim().split('\n').at(-1) ?? '')
}
