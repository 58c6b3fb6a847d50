import { expect, test } from 'vitest'
import { z } from 'zod'
import { inShapeWords, shapeProblems } from '../../src/record/index.ts'

function problemsOf(shape: z.ZodType, value: unknown): string {
  const { error } = shape.safeParse(value, { error: inShapeWords })
  return error === undefined ? 'none' : shapeProblems(error, 'the object')
}

test.each<[z.ZodType, unknown, string]>([
  [z.string(), undefined, 'the object: expected a text, found nothing'],
  [z.object({ a: z.array(z.int()) }), { a: [1, 2.5] }, 'a[1]: expected a whole number, found the number 2.5'],
  [z.object({ a: z.object({ b: z.boolean() }) }), { a: { b: null } }, 'a.b: expected true or false, found null'],
  [z.record(z.string(), z.number()), [], 'the object: expected an object, found a list'],
  [z.literal(1), 2, 'the object: expected 1, found the number 2'],
  [z.enum(['block', 'warn', 'skip']), 'stop', 'the object: expected "block", "warn" or "skip", found "stop"'],
  [z.string().min(1), '', 'the object: expected at least 1 character, found 0'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'the object: expected at most 2 elements, found 3'],
  [z.number().min(0), -1, 'the object: expected at least 0, found the number -1'],
  [z.uuid(), 'x', 'the object: expected a UUID, found a text that is none'],
  [z.strictObject({}), { a: 1 }, 'the object: expected known keys only, found "a"'],
  [
    z.strictObject({ name: z.string(), size: z.int().optional() }),
    { name: 'n', nam: 1, siez: 2 },
    'the object: expected known keys only, found "nam", "siez" (did you mean "size"?)',
  ],
  [z.union([z.string(), z.number()]), true, 'the object: expected another value, found true'],
  [
    z.discriminatedUnion('mode', [z.object({ mode: z.literal('a') }), z.object({ mode: z.literal('b') })]),
    { mode: 'c' },
    'mode: expected "a" or "b", found "c"',
  ],
])('a value of another shape is told by what was expected and found: %#', (shape, value, problem) => {
  expect(problemsOf(shape, value)).toBe(problem)
})

test('a text that may be a secret is not shown', () => {
  expect(problemsOf(z.object({ a: z.number(), b: z.uuid() }), { a: 'token-1', b: 'token-2' })).not.toContain('token')
})

test('what a shape says itself stays', () => {
  expect(problemsOf(z.string().regex(/x/, 'expected an x'), 'y')).toBe('the object: expected an x')
})

test('of many faults the first five are named', () => {
  expect(problemsOf(z.array(z.string()), [1, 2, 3, 4, 5, 6, 7])).toMatch(/\[4\]: [^;]*; and 2 more$/)
})
