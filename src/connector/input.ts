import { z } from 'zod'
import { DeltaError, isDeltaError } from '../errors.ts'
import { instantOf, parseInstant } from './iso-time.ts'

/** How many faults of one input a message names. */
const MAX_PROBLEMS = 5

/**
 * What a caller handed in, as its shape says. Members that the shape does not name are left aside, so that newer callers
 * can send more.
 * @throws {DeltaError} `invalid-argument` naming each fault by its path (`fields[2].name`).
 */
export function parseInput<S extends z.ZodType>(what: string, shape: S, value: unknown): z.infer<S> {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${formatPath(path)}${message}`)
  const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : ''
  throw new DeltaError(
    'invalid-argument',
    `${what} cannot be taken: ${problems.slice(0, MAX_PROBLEMS).join('; ')}${more}`,
  )
}

/** An id as a column takes it: no half of a surrogate pair, which UTF-8 has no word for. */
export const idShape = z
  .string()
  .min(1)
  .refine((id) => id.isWellFormed(), { error: 'expected well-formed text, found half of a surrogate pair' })

/** A moment as ISO 8601 text (UTC where it names no zone) or as milliseconds since 1970; parsed to `…T03:04:05.123456Z`. */
export const timeShape = z.union([z.string(), z.int()]).transform((value, context) => {
  const instant = typeof value === 'string' ? parseInstant(value) : instantOf(new Date(value))
  if (instant !== undefined) return instant
  context.addIssue({
    code: 'custom',
    message: 'expected an ISO 8601 time or milliseconds since 1970, years 0001 to 9999',
  })
  return z.NEVER
})

function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return ''
  const steps = path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`
    return index === 0 ? String(step) : `.${String(step)}`
  })
  return `${steps.join('')}: `
}

/** A check that throws, as one of a shape. */
export function sayWhy(check: (text: string) => unknown): (text: string, context: z.RefinementCtx<string>) => void {
  return (text, context) => {
    try {
      check(text)
    } catch (error) {
      if (!isDeltaError(error)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  }
}
