import { DeltaError } from '../errors.ts'
import { formatJson } from '../json.ts'
import type { Action } from './actions.ts'

/**
 * In which order actions stand in our commits: `commitInfo` first, as in-commit timestamps demand; `remove` before
 * `add`, because Trino's checkpoint writer drops a file whose `add` comes first.
 */
const ORDER = ['commitInfo', 'protocol', 'metaData', 'txn', 'domainMetadata', 'remove', 'add', 'cdc'] as const

type ActionName = (typeof ORDER)[number]

/**
 * The text of a commit file: one action a line, every line ended by `\n`, absent fields left out, 64-bit integers as
 * bare numbers (PROTOCOL.md "Delta Log Entries"). Actions of one kind keep their order.
 */
export function formatCommit(actions: Iterable<Action>): string {
  const sorted = Array.from(actions).sort((a, b) => rank(a) - rank(b))
  return sorted.map((action) => `${formatJson(action)}\n`).join('')
}

/** Which of the eight actions this is. */
function actionName(action: Action): ActionName {
  const name = ORDER.find((candidate) => candidate in action)
  if (name === undefined)
    throw new DeltaError('internal', `no action of the protocol: ${Object.keys(action).join(', ')}`)
  return name
}

function rank(action: Action): number {
  return ORDER.indexOf(actionName(action))
}
