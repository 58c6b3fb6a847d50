import { isDeltaError } from '../errors.ts'

/** What is asked for, or undefined where it does not exist. */
export async function foundOrNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return undefined
    throw error
  }
}
