import type { ConnectorStatus } from '../connector/index.ts'
import type { JsonObject } from '../json.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot } from './connector-handle.ts'
import { formatStatus } from './connector-status-text.ts'
import { flag } from './option.ts'
import { answer } from './session.ts'

export const connectorStatus = command({
  name: 'status',
  summary: 'tell how a connector is: tables and how fresh they are, runs that wait or were held back, token, limits',
  details: 'It reads no rows. Whether all is as it should be, "connector verify" tells.',
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    journal: flag('count all runs ever delivered by how far they came: one request a run'),
  },
  async run({ connector: id, root, journal }, session) {
    const handle = await connectorAt(id, root, session)
    const status = await handle.status({ journal, signal: session.signal })
    await answer(session, statusJson(status), () => formatStatus(status))
  },
})

function statusJson({ id, share, recipient, tables, runs, limits, ...status }: ConnectorStatus): JsonObject {
  return {
    connector: id,
    ...status,
    share: share ?? null,
    recipient: recipient ?? null,
    tables: tables.map((table) => ({ ...table })),
    runs: {
      ...runs,
      waiting: runs.waiting.map((run) => ({ ...run })),
      held: runs.held.map((run) => ({ ...run })),
    },
    limits: limits.map((limit) => ({ ...limit })),
  }
}
