import { command } from './command.ts'
import { connectorAt, storageRoot, webhookOption } from './connector-handle.ts'
import { flag } from './option.ts'
import { answer } from './session.ts'

export const connectorDeprovision = command({
  name: 'deprovision',
  summary: 'end a connector: it publishes nothing more, and its recipient and its share are dropped',
  details: 'Its tables stay where they are, unless --purge. Stopped on the way, the same command goes on.',
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    purge: flag('delete its tables too, and all that it kept, but the record that it has ended'),
    webhook: webhookOption,
  },
  async run({ connector: id, root, purge, webhook }, session) {
    const handle = await connectorAt(id, root, session, { webhook })
    const { phase } = await handle.deprovision({ purge, signal: session.signal })
    await answer(
      session,
      { connector: id, phase, purged: purge },
      () => `connector ${id} has ended; its tables ${purge ? 'are deleted' : 'were not touched'}`,
    )
  },
})
