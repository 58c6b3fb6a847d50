import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parquetEncoder } from '../../../../src/parquet/index.ts'
import type { DeltaType, StructType } from '../../../../src/schema/index.ts'
import { concatenate, readAll } from '../../encode.ts'

/** The values of one column after a trip through a file. */
async function roundTrip(type: DeltaType, values: ArrayLike<unknown>): Promise<readonly unknown[]> {
  const schema: StructType = { type: 'struct', fields: [{ name: 'n', type, nullable: true, metadata: {} }] }
  const encoder = parquetEncoder(schema)
  encoder.writeColumns({ length: values.length, columns: new Map([['n', values]]) })
  encoder.finish()
  const { columns } = await readAll(concatenate(encoder.takeBytes()), schema)
  return columns.get('n') ?? []
}

/** Integers as the reader gives them: bigints beyond what a number holds exactly. */
const asRead = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

describe('a typed array is a column as any other', () => {
  test('of doubles, NaN and signed zeros among them', async () => {
    const doubles = fc.float64Array({ minLength: 1, maxLength: 1500 })
    await fc.assert(
      fc.asyncProperty(doubles, async (values) => {
        expect(await roundTrip({ type: 'double' }, values)).toEqual([...values])
      }),
      { numRuns: 30 },
    )
  })

  test('of integers of 64 bits, beyond what a number holds too', async () => {
    const edges = fc.constantFrom(
      2n ** 53n,
      2n ** 53n - 1n,
      -(2n ** 53n),
      -(2n ** 53n) + 1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    )
    const longs = fc.array(fc.oneof(edges, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt(-9n, 9n)), {
      minLength: 1,
      maxLength: 1500,
    })
    await fc.assert(
      fc.asyncProperty(longs, async (values) => {
        expect(await roundTrip({ type: 'long' }, BigInt64Array.from(values))).toEqual(values.map(asRead))
      }),
      { numRuns: 30 },
    )
  })

  test('of instants in microseconds, a part of a larger buffer', async () => {
    const micros = BigInt64Array.of(7n, -62_135_596_800_000_000n, -1n, 0n, 253_402_300_799_999_999n, 7n).subarray(1, 5)
    expect(await roundTrip({ type: 'timestamp' }, micros)).toEqual([...micros].map(asRead))
  })

  test('an instant outside of the common era is refused with row and column', async () => {
    const trip = roundTrip({ type: 'timestamp' }, BigInt64Array.of(0n, 2n ** 62n))
    await expect(trip).rejects.toMatchObject({ code: 'invalid-argument', details: { row: 2, column: 'n' } })
  })
})

test('values of each type that are not plainly numbers go through its cast, nulls between them', async () => {
  const date = new Date('1969-12-31T23:59:59.999Z')
  expect(await roundTrip({ type: 'long' }, [1, null, 12n, 2n ** 60n, undefined, -0])).toEqual([
    1,
    null,
    12,
    2n ** 60n,
    null,
    0,
  ])
  expect(await roundTrip({ type: 'integer' }, [1, null, 12n, 7, -0])).toEqual([1, null, 12, 7, 0])
  expect(await roundTrip({ type: 'double' }, [1.5, null, 2n, Number.NaN, -0])).toEqual([1.5, null, 2, Number.NaN, -0])
  expect(await roundTrip({ type: 'timestamp' }, [date, null, '1970-01-01T00:00:00.000001Z'])).toEqual([-1000, null, 1])
  expect(await roundTrip({ type: 'float' }, [0.5, null, 2n])).toEqual([0.5, null, 2])
})
