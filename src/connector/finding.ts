import { DeltaError, type ErrorProblem } from '../errors.ts'
import { type Finding, failed } from '../manifest/index.ts'
import type { ConnectorContext } from './context.ts'
import { emit } from './emit.ts'

/** As an error carries it. */
function problemOf({ check, message, blame, remedy }: Finding): ErrorProblem {
  return { check, action: 'block', message, blame, remedy }
}

/** What an error tells of what may not be looked at. */
export function findingsOf({ message, details: { blame, problems } }: DeltaError): Finding[] {
  if (problems !== undefined) {
    return problems.map((problem) => failed(problem.check, problem.message, problem.remedy, problem.blame))
  }
  return [failed('permission', message, 'have an administrator let the publisher read it', blame)]
}

/**
 * Holds a connector that is being set up to what was found, and tells what did not pass.
 * @throws {DeltaError} `permission-denied` with all of it in `details.problems`.
 */
export async function checkFindings(
  context: ConnectorContext,
  findings: readonly Finding[],
  { stage, failure }: { readonly stage: string; readonly failure: string },
): Promise<void> {
  const problems = findings.filter(({ ok }) => !ok).map(problemOf)
  const [first] = problems
  if (first === undefined) return
  const reason = problems.map(({ message }) => message).join('; ')
  await emit(context, 'connector_verification_failed', { workflowId: null, reason }, [stage, reason])
  throw new DeltaError(
    'permission-denied',
    `connector ${context.id} ${failure}: ${reason}; ${first.remedy}, and provision again`,
    { blame: first.blame, problems },
  )
}
