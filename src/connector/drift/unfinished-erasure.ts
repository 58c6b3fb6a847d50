import type { ConnectorRecord } from '../connector-record.ts'
import type { Found } from './drift.ts'

/**
 * An erasure that has not ended: one that goes on looks like one that died, and only whoever knows what it erases can go on. What it
 * holds up goes on once a later one has ended, whatever that was to erase: from there on nothing tells of it.
 */
export function findUnfinishedErasure(record: ConnectorRecord): Found[] {
  const held = heldUp(record)
  if (held.length === 0) return []
  const message = `an erasure was begun and has not ended: until it has, ${held.join(', and ')}`
  const remedy = 'let it end; if it died, erase again what it was to erase, to go on'
  return [{ drift: 'unfinished-erasure', message, blame: 'kadoa', remedy }]
}

/** What cannot go on before it has ended. */
function heldUp({ eraseEpoch, erased = {}, erasingEvents = 0, erasedEvents = 0 }: ConnectorRecord): string[] {
  const workflows = Object.entries(erased).flatMap(([workflowId, epoch]) => (epoch > eraseEpoch ? [workflowId] : []))
  return [
    ...workflows.map((id) => `deliveries of ${id === '*' ? 'all workflows' : `workflow ${id}`} end in a conflict`),
    ...(erasedEvents < erasingEvents ? ['events that were delivered before it are not shown'] : []),
  ]
}
