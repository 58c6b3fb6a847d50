/** How many runs a message names. */
const MAX_NAMED = 5

/** Runs as a message names them: the first, where there are many. */
export function nameRuns(runs: readonly string[]): string {
  const named = runs.length > MAX_NAMED ? [...runs.slice(0, MAX_NAMED), '…'] : runs
  return named.join(', ')
}
