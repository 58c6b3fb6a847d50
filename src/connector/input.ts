import { z } from 'zod'
import { BLAMES, type Blame, DeltaError, isDeltaError } from '../errors.ts'
import { inShapeWords, nearest, shapeProblems } from '../record/index.ts'
import { instantOf, parseInstant } from './iso-time.ts'
import { isObject } from './public-json.ts'

/**
 * What a caller handed in, as its shape says. Members that the shape does not name are left aside, so that newer callers
 * can send more.
 * @throws {DeltaError} `invalid-argument` naming each fault by its path (`fields[2].name`), some of them where there are many;
 * whose move it is, where all are one party's.
 */
export function parseInput<S extends z.ZodType>(what: string, shape: S, value: unknown): z.infer<S> {
  const parsed = shape.safeParse(value, { error: inShapeWords })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({
    ...issue,
    message: issue.message + misspeltAt(issue.path, value),
  }))
  throw new DeltaError(
    'invalid-argument',
    `${what} cannot be taken: ${shapeProblems({ issues })}; correct it, and try again`,
    commonBlame(parsed.error.issues),
  )
}

function commonBlame(issues: readonly z.core.$ZodIssue[]): { readonly blame?: Blame } {
  const [first, ...others] = new Set(issues.map(blameOf))
  return first === undefined || others.length > 0 ? {} : { blame: first }
}

/** As {@link sayWhy} wrote it down. */
function blameOf(issue: z.core.$ZodIssue): Blame | undefined {
  const blame: unknown = issue.code === 'custom' ? issue.params?.blame : undefined
  return BLAMES.find((each) => each === blame)
}

/** Where something is missing that may be there by another name. */
function misspeltAt(path: readonly PropertyKey[], value: unknown): string {
  const name = path.at(-1)
  const parent = path.slice(0, -1).reduce(memberOf, value)
  if (typeof name !== 'string' || !isObject(parent) || parent[name] !== undefined) return ''
  const others = Object.keys(parent).filter((key) => key !== name)
  const found = nearest(name, others)
  return found === undefined ? '' : ` (is ${JSON.stringify(found)} meant for it?)`
}

function memberOf(value: unknown, step: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isObject(value) ? value[String(step)] : undefined
}

/** An id as a column takes it: no half of a surrogate pair, which UTF-8 has no word for. */
export const idShape = z
  .string()
  .min(1)
  .refine((id) => id.isWellFormed(), { error: 'expected well-formed text, found half of a surrogate pair' })

const NO_TIME = 'expected an ISO 8601 time or milliseconds since 1970, years 0001 to 9999'

/** A moment as ISO 8601 text (UTC where it names no zone) or as milliseconds since 1970; parsed to `…T03:04:05.123456Z`. */
export const timeShape = z.union([z.string(), z.int()], { error: NO_TIME }).transform((value, context) => {
  const instant = typeof value === 'string' ? parseInstant(value) : instantOf(new Date(value))
  if (instant !== undefined) return instant
  context.addIssue({ code: 'custom', message: NO_TIME })
  return z.NEVER
})

/** A check that throws, as one of a shape. */
export function sayWhy(check: (text: string) => unknown): (text: string, context: z.RefinementCtx<string>) => void {
  return (text, context) => {
    try {
      check(text)
    } catch (error) {
      if (!isDeltaError(error)) throw error
      context.addIssue({ code: 'custom', message: error.message, params: { blame: error.details.blame } })
    }
  }
}
