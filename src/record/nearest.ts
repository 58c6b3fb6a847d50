/** Of the letters of a name so many may be mistyped: two of five, so that two that changed places count. */
const MISTYPED = 0.4

/** The name among those that are known which another one is most likely meant for; undefined where none is near. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.round(name.length * MISTYPED)) + 1
  for (const each of known) {
    const distance = editsBetween(name.toLowerCase(), each.toLowerCase())
    if (distance >= least) continue
    best = each
    least = distance
  }
  return best
}

/** How many letters are to be put in, taken out or replaced to make one text of another (Levenshtein). */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1]
    for (const [index, other] of [...to].entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
