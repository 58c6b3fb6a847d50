import type { ErrorProblem } from '../errors.ts'
import type { Finding } from '../manifest/index.ts'

/** As an error carries it. */
export function problemOf({ check, message, blame, remedy }: Finding): ErrorProblem {
  return { check, action: 'block', message, blame, remedy }
}
