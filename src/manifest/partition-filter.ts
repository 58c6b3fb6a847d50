import { z } from 'zod'
import type { JsonObject } from '../json.ts'

/**
 * Which partitions of a table a share shows: a filter object over its partition columns, all of which must hold, with
 * `and`, `or` and `not` to combine: `{"country": {"in": ["DE", "FR"]}}`.
 */
export type PartitionFilter = JsonObject

/** Numbers beyond ±(2^53−1) are refused: a manifest would round them. */
const literal = z.union([z.string(), z.number(), z.boolean()])

const operators = z
  .strictObject({
    eq: literal,
    ne: literal,
    lt: literal,
    lte: literal,
    gt: literal,
    gte: literal,
    in: z.array(literal),
    isNull: z.boolean(),
    startsWith: z.string(),
  })
  .partial()
  .refine((given) => Object.keys(given).length > 0, { error: 'expected at least one operator' })

/** A bare value means equality, a bare null `isNull`. */
const condition = z.union([literal, z.null(), operators], {
  error: 'expected a value, null, or operators (eq, ne, lt, lte, gt, gte, in, isNull, startsWith) with values',
})

const group: z.ZodType<PartitionFilter, PartitionFilter> = z
  .object({
    and: z.union([z.array(z.lazy(() => group)), condition], { error: 'expected an array of filters' }).optional(),
    or: z.union([z.array(z.lazy(() => group)), condition], { error: 'expected an array of filters' }).optional(),
    not: z.union([z.lazy(() => group), condition], { error: 'expected a filter' }).optional(),
  })
  .catchall(condition)
  .meta({ id: 'PartitionFilter' })

/**
 * The form of a filter, kept as it was given. That its columns exist, partition the table and have values of that type
 * is for those to check who can read the table.
 */
export const partitionFilterShape = group.refine((filter) => Object.keys(filter).length > 0, {
  error: 'expected at least one partition column: without a filter all partitions are shown',
})
