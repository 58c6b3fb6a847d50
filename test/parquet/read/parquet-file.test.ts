import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../../src/errors.ts'
import { bufferAccess, openParquet, type RandomAccess } from '../../../src/parquet/index.ts'
import type { DeltaType, PrimitiveName } from '../../../src/schema/index.ts'
import { schemaOf } from '../arbitraries.ts'
import { encode, readAll } from '../encode.ts'
import { failureOf } from '../failure-of.ts'

const decimal = (precision: number, scale: number): DeltaType => ({ type: 'decimal', precision, scale })

/** The values of one column of one type, read as another. */
async function readAs(
  stored: DeltaType | PrimitiveName,
  values: readonly unknown[],
  wanted: DeltaType | PrimitiveName,
) {
  const { bytes } = encode(
    schemaOf({ value: stored }),
    values.map((value) => ({ value })),
  )
  return (await readAll(bytes, schemaOf({ value: wanted }))).columns.get('value')
}

/** A file that counts how often it is read. */
function counted(bytes: Uint8Array): RandomAccess & { reads: [number, number][] } {
  const file = bufferAccess(bytes, 'counted.parquet')
  const reads: [number, number][] = []
  return {
    ...file,
    reads,
    read(start, end, signal) {
      reads.push([start, end])
      return file.read(start, end, signal)
    },
  }
}

describe('columns', () => {
  const schema = schemaOf({ a: 'long', b: 'string', c: 'double' })
  const rows = Array.from({ length: 100 }, (_, i) => ({ a: i, b: `b${i}`, c: i / 2 }))
  const { bytes } = encode(schema, rows, { rowGroupBytes: 1 })

  test('that the file lacks are null, and columns that are not asked for are not read', async () => {
    const { columns } = await readAll(bytes, schemaOf({ c: 'double', later: 'string' }))
    expect([...columns.keys()]).toEqual(['c', 'later'])
    expect(columns.get('c')).toEqual(rows.map((row) => row.c))
    expect(columns.get('later')).toEqual(rows.map(() => null))
  })

  test('come with the schema of the file', async () => {
    const types = schemaOf({
      s: 'string',
      b: 'byte',
      sh: 'short',
      i: 'integer',
      bin: 'binary',
      d: decimal(30, 5),
      t: 'timestamp',
      w: 'timestamp_ntz',
      day: 'date',
    })
    const file = await openParquet(bufferAccess(encode(types, []).bytes, 'x'))
    expect(file.schema).toEqual(types)
    const required = schemaOf({ s: 'string' }, false)
    expect((await openParquet(bufferAccess(encode(required, []).bytes, 'x'))).schema).toEqual(required)
  })

  test('of a small file cost one request in all', async () => {
    const file = counted(bytes)
    const opened = await openParquet(file)
    for (let rowGroup = 0; rowGroup < opened.rowGroups.length; rowGroup++)
      await opened.readColumns({ schema, rowGroup })
    expect(file.reads).toHaveLength(1)
  })

  test('that lie side by side are read in one request, and those at the end of the file came with the footer', async () => {
    const wide = schemaOf({ a: 'binary', b: 'binary', c: 'binary', d: 'binary' })
    const noise = (seed: number) =>
      Uint8Array.from({ length: 150_000 }, (_, i) => Math.imul(i + seed, 2654435761) >>> 24)
    const large = encode(wide, [{ a: noise(1), b: noise(2), c: noise(3), d: noise(4) }], { codec: 'none' }).bytes
    const file = counted(large)
    const opened = await openParquet(file)
    file.reads.length = 0
    await opened.readColumns({ schema: schemaOf({ a: 'binary', b: 'binary' }), rowGroup: 0 })
    expect(file.reads).toHaveLength(1)
    file.reads.length = 0
    const { columns } = await opened.readColumns({ schema: schemaOf({ a: 'binary', d: 'binary' }), rowGroup: 0 })
    expect(file.reads).toHaveLength(1)
    expect(columns.get('d')).toEqual([noise(4)])
  })

  test('of a row group that is not there, or after the caller’s abort, are refused', async () => {
    const file = await openParquet(bufferAccess(bytes, 'x.parquet'))
    const missing = await failureOf(() => file.readColumns({ schema, rowGroup: 99 }))
    expect([missing.code, missing.message]).toEqual(['invalid-argument', 'x.parquet has 1 row groups, no 99'])
    const aborted = await failureOf(() => file.readColumns({ schema, rowGroup: 0, signal: AbortSignal.abort() }))
    expect(aborted.code).toBe('aborted')
  })
})

describe('a stored type', () => {
  test.each<[DeltaType | PrimitiveName, unknown[], DeltaType | PrimitiveName, unknown[]]>([
    ['byte', [-128, null], 'long', [-128, null]],
    ['integer', [2 ** 31 - 1], 'long', [2 ** 31 - 1]],
    ['integer', [-5], 'double', [-5]],
    ['short', [7], decimal(12, 2), [700]],
    ['long', [2n ** 63n - 1n], decimal(22, 2), [(2n ** 63n - 1n) * 100n]],
    ['float', [0.5], 'double', [0.5]],
    ['date', ['1970-01-03'], 'timestamp_ntz', [172_800_000_000]],
    [decimal(9, 2), ['-1.25'], decimal(38, 20), [-125n * 10n ** 18n]],
    ['timestamp_ntz', ['2026-01-02T03:04:05.000001'], 'timestamp', [1_767_323_045_000_001]],
    ['integer', [127, -128], 'byte', [127, -128]],
    ['string', ['é'], 'binary', [Uint8Array.of(0xc3, 0xa9)]],
  ])('%o %o is read as %o', async (stored, values, wanted, expected) => {
    expect(await readAs(stored, values, wanted)).toEqual(expected)
  })

  test.each<[DeltaType | PrimitiveName, unknown, DeltaType | PrimitiveName]>([
    ['long', 1, 'integer'],
    ['double', 1, 'float'],
    ['double', 1, 'long'],
    ['date', '2026-01-01', 'integer'],
    ['timestamp', new Date(0), 'long'],
    [decimal(9, 2), 1, decimal(9, 1)],
    [decimal(9, 2), 1, decimal(9, 4)],
    [decimal(9, 2), 1, 'integer'],
    ['boolean', true, 'string'],
    ['string', 'a', decimal(9, 2)],
  ])('%o %o is not read as %o: it is refused by name', async (stored, value, wanted) => {
    const error = await failureOf(() => readAs(stored, [value], wanted))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain("test.parquet: column 'value' is stored as")
  })

  test('integer with a value that is no byte is damaged data for a byte column', async () => {
    const error = await failureOf(() => readAs('integer', [128], 'byte'))
    expect(error.code).toBe('invalid-data')
    expect(error.message).toContain("column 'value' of row group 0: 128 is no integer of 8 bits")
  })

  test.each<DeltaType>([
    { type: 'array', elementType: { type: 'long' }, containsNull: true },
    { type: 'struct', fields: [] },
    { type: 'variant' },
  ])('that is nested is refused by name: $type', async (wanted) => {
    const error = await failureOf(() => readAs('long', [1], wanted))
    expect([error.code, error.details.column]).toEqual(['unsupported', 'value'])
  })
})

describe('a damaged file', () => {
  const folder = new URL('../../../fixtures/parquet/', import.meta.url)
  const load = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)))

  test.each([
    ['no bytes', new Uint8Array(0), 'x.parquet cannot be read: it has 0 bytes'],
    ['text', new TextEncoder().encode('id,name\n1,a\n2,b\n'), 'it does not end with PAR1'],
    [
      'a footer longer than the file',
      Uint8Array.of(80, 65, 82, 49, 0, 255, 255, 255, 127, 80, 65, 82, 49),
      'the footer claims',
    ],
  ])('of %s is named', async (_, bytes, message) => {
    const error = await failureOf(() => openParquet(bufferAccess(bytes, 'x.parquet')))
    expect([error.code, error.details.file]).toEqual(['invalid-data', 'x.parquet'])
    expect(error.message).toContain(message)
  })

  test('with an encrypted footer is unsupported', async () => {
    const bytes = load('written/dictionary.parquet')
    bytes.set([80, 65, 82, 69], bytes.length - 4)
    expect((await failureOf(() => openParquet(bufferAccess(bytes, 'x')))).code).toBe('unsupported')
  })

  test('cut anywhere ends in an error that says so', async () => {
    const bytes = load('written/types-nullable.parquet')
    for (let length = 0; length < bytes.length; length += 7) {
      expect((await failureOf(() => readAll(bytes.slice(0, length)))).code).toBe('invalid-data')
    }
  })

  test('that lacks what every file must say is damaged, not unsupported', async () => {
    const { bytes } = encode(schemaOf({ id: 'long' }), [{ id: 1 }])
    const refusals: DeltaError[] = []
    for (const at of bytes.keys()) {
      // Moves the number of a field, among others: the field is then missing.
      const changed = bytes.map((byte, i) => (i === at ? byte ^ 0x80 : byte))
      const refusal = await failureOf(() => readAll(changed)).catch(() => undefined)
      if (refusal) refusals.push(refusal)
    }
    const messages = (code: string): string =>
      refusals.flatMap((each) => (each.code === code ? [each.message] : [])).join('\n')
    expect(messages('unsupported')).not.toContain('undefined')
    expect(messages('invalid-data')).toContain('does not say its codec')
    expect(messages('invalid-data')).toContain('does not say how it is encoded')
  })

  const names = ['written', 'foreign', 'variant'].flatMap((group) =>
    readdirSync(new URL(`${group}/`, folder))
      .filter((name) => name.endsWith('.parquet'))
      .map((name) => `${group}/${name}`),
  )

  test.each(names)('%s with bytes changed is read or refused, and never hangs or fails otherwise', async (name) => {
    const original = load(name)
    let state = 7
    const dice = (limit: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * limit)
    }
    let refused = 0
    for (let round = 0; round < 25; round++) {
      const bytes = original.slice()
      // Half of the changes hit the footer, where sizes and offsets are.
      const from = round % 2 === 0 ? 0 : Math.max(0, bytes.length - 1200)
      for (let change = 0; change <= dice(3); change++) bytes[from + dice(bytes.length - from)] = dice(256)
      try {
        await readAll(bytes)
      } catch (error) {
        if (!(error instanceof DeltaError)) throw error
        expect(['invalid-data', 'unsupported']).toContain(error.code)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(0)
  })
})
