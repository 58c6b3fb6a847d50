import { parseEndpoint } from '../manifest/index.ts'
import { command } from './command.ts'
import { connectorAt, storageRoot } from './connector-handle.ts'
import { optional } from './option.ts'
import { answer } from './session.ts'

export const connectorHandoff = command({
  name: 'handoff',
  summary: 'print what the recipient needs to begin, as Markdown: tables, and how to read them with each tool',
  details: 'It holds no secret: the activation link goes another way.',
  arguments: { connector: 'its id' },
  options: {
    root: storageRoot,
    endpoint: optional('url', 'where the share is served, instead of what stands in the profile file', parseEndpoint),
  },
  async run({ connector: id, root, endpoint }, session) {
    const handle = await connectorAt(id, root, session)
    const markdown = await handle.handoff({ endpoint, signal: session.signal })
    await answer(session, { connector: id, markdown }, () => markdown.trimEnd())
  },
})
