import { formatJson, type JsonValue } from '../json.ts'
import type { Difference } from '../manifest/index.ts'

const MARKS: Readonly<Record<Difference['action'], string>> = { add: '+', change: '~', remove: '-' }

/** Differences for people: `+` comes, `~` changes, `-` goes; below, what is said of it. */
export function formatDifferences(differences: readonly Difference[]): string {
  if (differences.length === 0) return 'nothing differs'
  return differences.flatMap(formatDifference).join('\n')
}

function formatDifference({ action, kind, name, share, fields = {} }: Difference): string[] {
  const what = share === undefined ? `${kind} ${name}` : `${kind} of ${share} to ${name}`
  const lines = Object.entries(fields).map(([field, { from, to }]) =>
    action === 'add' ? `    ${field}: ${formatValue(to)}` : `    ${field}: ${formatValue(from)} → ${formatValue(to)}`,
  )
  return [`${MARKS[action]} ${what}`, ...lines]
}

function formatValue(value: JsonValue): string {
  if (value === null) return 'none'
  return typeof value === 'string' ? value : formatJson(value)
}
