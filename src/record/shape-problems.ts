import type { z } from 'zod'

/** How many faults of one value a message names. */
const MAX_PROBLEMS = 5

/**
 * What is wrong with a value, each with its place in it: `tables[0].id: expected a UUID, …; …; and 3 more`.
 * @param whole stands for the value itself, unless that needs no name.
 */
export function shapeProblems({ issues }: Pick<z.ZodError, 'issues'>, whole?: string): string {
  const problems = issues.map(({ path, message }) => {
    const place = path.length === 0 ? whole : formatPath(path)
    return place === undefined ? message : `${place}: ${message}`
  })
  const more = problems.length - MAX_PROBLEMS
  return problems.slice(0, MAX_PROBLEMS).join('; ') + (more > 0 ? `; and ${more} more` : '')
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}
