import type { z } from 'zod'

/** Everything that is wrong with a value, each with its place in it: `tables.0.id: Invalid UUID; …`. */
export function shapeProblems(error: z.ZodError, whole: string): string {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.') || whole}: ${message}`).join('; ')
}
