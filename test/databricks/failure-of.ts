import { DeltaError } from '../../src/errors.ts'

/** What an attempt fails with. */
export async function failureOf(attempt: Promise<unknown>): Promise<DeltaError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof DeltaError) return error
  throw new Error(`expected a DeltaError, found ${String(error)}`)
}
