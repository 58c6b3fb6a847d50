import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openProfile } from '../../src/client/index.ts'
import { type DeltaErrorCode, type Row, systemRuntime } from '../../src/index.ts'
import { type Profile, parseProfile } from '../../src/wire/index.ts'
import { clientReads, type Found, inOneForm } from './client-readings.ts'
import { type Place, places } from './place.ts'
import { copyTable, openSharing, SHARE, type Sharing } from './sharing.ts'

/** Tables that Spark wrote, shared by our server and read by the official Python client and by ours. */
const GOLDEN = resolve(import.meta.dirname, '../../../shared/golden')

const present = existsSync(GOLDEN)
if (!present) console.warn(`GOLDEN TABLES ARE ABSENT: ${GOLDEN} is not there, so no shares of them are compared here`)

const names = present ? readdirSync(GOLDEN).filter((name) => existsSync(join(GOLDEN, name, 'delta/_delta_log'))) : []

const formats = ['parquet', 'delta'] as const

describe.each(Object.entries(places))('golden tables in %s', (where, open) => {
  let place: Place
  let sharing: Sharing
  let profile: Profile

  beforeAll(async () => {
    place = await open()
    sharing = await openSharing(place)
    profile = parseProfile(readFileSync(sharing.profile, 'utf8'))
    for (const name of names) {
      const folder = join(GOLDEN, name, 'delta')
      const location = where === 'a directory' ? folder : `${place.location}/${name}`
      if (location !== folder) await copyTable(folder, location)
      await sharing.show({ name, location })
    }
  })
  afterAll(async () => {
    await sharing?.close()
    place?.close()
  })

  describe.each(formats)('in responseformat=%s', (format) => {
    let theirs: readonly Found[] = []

    beforeAll(async () => {
      const readings = names.map((table) => ({ table, use_delta_format: format === 'delta' }))
      theirs = await clientReads(sharing.profile, readings)
    })

    test.each(names)('%s has the rows that the official client finds', async (name) => {
      const expected = theirs[names.indexOf(name)]
      const refusal = refusals(format)[name]
      if (refusal === undefined) {
        expect(found(expected)).toEqual(inOneForm(await rowsOf(name), format))
      } else {
        await expect(rowsOf(name)).rejects.toMatchObject({ code: refusal })
        expect(expected).toBeTypeOf('string')
      }
    })

    async function rowsOf(name: string): Promise<Row[]> {
      // Our client takes what the server prefers; here it is to have the format that is compared.
      const fetch: typeof globalThis.fetch = (input, init) => {
        const headers = new Headers(init?.headers)
        const asked = headers.get('delta-sharing-capabilities')?.replace('delta,parquet', format)
        if (asked !== undefined) headers.set('delta-sharing-capabilities', asked)
        return globalThis.fetch(input, { ...init, headers })
      }
      const runtime = { ...systemRuntime, sleep: async () => {} }
      const rows: Row[] = []
      for await (const row of openProfile(profile, { fetch, runtime }).table(`${SHARE}.shop.${name}`).read()) {
        rows.push(row)
      }
      return rows
    }

    function found(theirs: Found | undefined) {
      return typeof theirs === 'object' ? inOneForm(theirs.rows, format) : theirs
    }
  })
})

/** What neither client can read, and how ours says so. */
function refusals(format: 'parquet' | 'delta'): Readonly<Record<string, DeltaErrorCode>> {
  const broken = {
    // Their data files are made up.
    checkpoint: 'invalid-data',
    'delete-re-add-same-file-different-transactions': 'invalid-data',
    'deltalog-invalid-protocol-version': 'unsupported',
    // Their logs are damaged: the server answers 500.
    'deltalog-state-reconstruction-from-checkpoint-missing-protocol': 'unavailable',
    'deltalog-state-reconstruction-without-metadata': 'unavailable',
    'versions-not-contiguous': 'unavailable',
  } as const
  if (format === 'delta') return broken
  return {
    ...broken,
    // What this format has no words for.
    'data-reader-timestamp_ntz': 'unsupported',
    'data-reader-timestamp_ntz-name-mode': 'unsupported',
    'data-skipping-basic-stats-all-types-columnmapping-name': 'unsupported',
    'dv-with-columnmapping': 'unsupported',
    'parquet-all-types': 'unsupported',
    'table-with-columnmapping-mode-name': 'unsupported',
  }
}
