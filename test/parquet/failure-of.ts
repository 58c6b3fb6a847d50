import { type DeltaError, isDeltaError } from '../../src/errors.ts'

/** The refusal that a call ends in. */
export async function failureOf(run: () => Promise<unknown>): Promise<DeltaError> {
  try {
    await run()
  } catch (error) {
    if (isDeltaError(error)) return error
    throw error
  }
  throw new Error('nothing failed')
}
