import { z } from 'zod'
import { DeltaError } from '../errors.ts'

/** Parameters of requests, in a body or a query string. Some clients write numbers and booleans as strings, and all sorts of them write null, or nothing, for absent. */

const nothing = z.union([z.null(), z.undefined(), z.literal('')]).transform(() => undefined)

/** A table version: exact, so at most 2^53−1. */
export const version = z
  .union([z.int(), z.string().regex(/^\d+$/, 'expected a whole number').transform(Number)])
  .pipe(z.int().nonnegative())
  .or(nothing)
  .optional()

/** A count that is a wish: as large as clients like to write "all"; zero and less mean no wish. */
export const count = z
  .union([
    z.number().refine(Number.isInteger, 'expected a whole number'),
    z.bigint().transform(Number),
    z
      .string()
      .regex(/^-?\d+$/, 'expected a whole number')
      .transform(Number),
  ])
  .transform((wish) => (wish > 0 ? wish : undefined))
  .or(nothing)
  .optional()

export const text = z.string().min(1).or(nothing).optional()

/** In any case, since Python writes `True`. */
export const flag = z
  .union([
    z.boolean(),
    z
      .string()
      .regex(/^(true|false)$/i, 'expected true or false')
      .transform((word) => word.toLowerCase() === 'true'),
  ])
  .or(nothing)
  .optional()

/**
 * What a schema makes of the parameters, members that are absent left out.
 * @param what is read, for the message: `the query`.
 * @throws {DeltaError} `invalid-argument` naming each parameter that cannot be read.
 */
export function parseParameters<S extends z.ZodObject>(what: string, schema: S, given: unknown): z.infer<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`)
  throw new DeltaError('invalid-argument', `${what} cannot be read: ${problems.slice(0, 5).join('; ')}`)
}

/** @throws {DeltaError} `invalid-argument` where more than one of the named parameters is given. */
export function atMostOne(parameters: Readonly<Record<string, unknown>>): void {
  const given = Object.values(parameters).filter((value) => value !== undefined)
  if (given.length <= 1) return
  throw new DeltaError('invalid-argument', `please provide only one of: ${Object.keys(parameters).join(', ')}`)
}
