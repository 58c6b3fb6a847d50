import type { Updated } from '../connector/index.ts'
import { command } from './command.ts'
import { readConfigFile } from './connector-files.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { required } from './option.ts'
import { answer } from './session.ts'
import { text } from './value.ts'

export const connectorUpdate = command({
  name: 'update',
  summary: 'give a connector another configuration, and bring its share in line with it at once',
  details: `Workflows that are not selected any more leave the share with their tables and events, and come back as they were when they
are selected again. Names, the way to the recipient and the look of tables never change: provision another connector.`,
  arguments: { connector: 'its id' },
  options: { root: storageRoot, config: required('file', 'the connector.json', text), webhook: webhookOption },
  async run({ connector: id, root, config: path, webhook }, session) {
    const { config, notices } = await readConfigFile(path, session)
    const handle = await connectorAt(id, root, session, { config, webhook })
    const updated = await handle.update(config, { signal: session.signal })
    const { generation, added, removed, isChanged: changed } = updated
    const json = { connector: id, changed, generation, added, removed, notices }
    await answer(session, json, () => formatUpdated(id, updated))
  },
})

function formatUpdated(id: string, { generation, added, removed, isChanged }: Updated): string {
  if (!isChanged) return `nothing to do: connector ${id} has this configuration, and its share follows it`
  return [
    `updated connector ${id}, generation ${generation}`,
    ...added.map((table) => `  joined the share: ${table}`),
    ...removed.map((table) => `  left the share:   ${table}`),
  ].join('\n')
}
