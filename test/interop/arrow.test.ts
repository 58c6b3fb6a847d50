import { tableToIPC } from 'apache-arrow'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { encodeParquet, parquetToArrow } from '../../src/parquet/index.ts'
import { nestedFound, nestedRows, nestedSchema } from './nested.ts'
import { python } from './python.ts'
import { columns, given, rows, schemaOf } from './sample.ts'

/** What pyarrow finds in each table. */
const findings = z.record(z.string(), z.object({ fields: z.array(z.string()), rows: z.array(z.unknown()) }))

const samples = {
  flat: { schema: schemaOf(columns), handedIn: rows.map((row) => given(row)), found: rows },
  nested: { schema: nestedSchema, handedIn: nestedRows, found: nestedFound },
}

describe('an Arrow table of ours', () => {
  let read: z.infer<typeof findings>

  beforeAll(async () => {
    const streams: Record<string, string> = {}
    for (const [name, { schema, handedIn }] of Object.entries(samples)) {
      const table = await parquetToArrow(await encodeParquet(handedIn, { schema }))
      streams[name] = Buffer.from(tableToIPC(table, 'stream')).toString('base64')
    }
    read = findings.parse(await python('arrow', 'read', { streams }))
  })

  test.each(['flat', 'nested'] as const)(
    'of %s columns holds what went in, and is sound by pyarrow’s full check',
    (kind) => {
      expect(read[kind]?.rows).toEqual(samples[kind].found)
    },
  )

  test('has the types that pyarrow has for Delta’s', () => {
    expect(read.flat?.fields).toEqual(
      expect.arrayContaining([
        'id: int64',
        'byte: int8',
        'float: float',
        'day: date32[day]',
        'moment: timestamp[us, tz=UTC]',
        'large: decimal128(38, 10)',
      ]),
    )
    expect(read.nested?.fields).toContain('history: list<item: map<string, int32>>')
  })
})
